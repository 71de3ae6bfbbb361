"""A caption in each of its states as timed images: lines, the word that is spoken, how it comes and goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

from portevoix.authoring.caption_style import Look
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed
from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import SetLine, flattened, tidy
from portevoix.captions.sense import SOFT_HYPHEN
from portevoix.drawing.artist import Artist
from portevoix.drawing.captions import State
from portevoix.order import Order
from portevoix.plan.caption_places import CLEAR_OF, LEAST_AT_A_PLACE_S, CaptionPlaces, Stand
from portevoix.plan.variant import DRAWN_AT_ONCE, Overlay, OverlayContext
from portevoix.sources.light import brightest
from portevoix.timeline.cues import PlacedCue
from portevoix.timing import clock, frame_at, nearest, seconds_at

FADE_STEPS = (0.34, 0.67)  # a cue is whole in its third frame: softer would eat into the time to read it
POP_STEPS = ((0.6, 0.94), (1.0, 1.025))  # opacity and size
LEAST_WORD_FRAMES = 2
SHADOW_OPACITY = 0.6  # of the soft shadow right beside a letter


def captions_of(context: OverlayContext, cards: Sequence[Overlay]) -> list[Overlay]:
    """All captions of a variant, in the order of the cues, clear of the `cards` that stand at the same time."""
    # A name that is still sliding counts too: captions keep clear of it from its first frame to its last.
    standing = [card for card in cards if isinstance(card.card, CLEAR_OF)]
    look = caption_look(context.order, context.artist)
    speakers = list(dict.fromkeys(cue.speaker for cue in context.cues if cue.speaker))
    states = [
        CueStates(
            CaptionPlaces(cue, context.language, context.canvas, context.artist, _where(context, cue), context.faces),
            look,
            colour_of(cue, speakers, context.artist),
        )
        for cue in context.cues
    ]
    with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
        drawn = pool.map(lambda one: list(one.overlays(standing)), states)
        return [overlay for overlays in drawn for overlay in overlays]


def caption_look(order: Order, artist: Artist) -> Look:
    """The kit's look. Boxes for the whole programme where a shadow is too weak for its brightest picture."""
    kit = artist.kit
    if kit.captions.look != "shadow":
        return kit.captions.look
    halves = {"upper" if kit.captions_edge(audience.format) == "top" else "lower" for audience in order.audiences}
    box, text = kit.colours.caption_box, kit.colours.caption_text
    grounds = [
        mixed(box, SHADOW_OPACITY, brightest(source, half, artist.store))
        for source in order.sources
        for half in sorted(halves)
    ]
    return "lines" if any(contrast(text, ground) < LEAST_CONTRAST for ground in grounds) else "shadow"


def _where(context: OverlayContext, cue: PlacedCue) -> str:
    """A cue by its file, line, language and time, for what cannot be set."""
    file = context.order.script_file(context.variant.language)
    at = clock(seconds_at(cue.first_frame, context.timeline.fps))
    return f"{file}:{cue.line}: {context.language.english_name} cue at {at}"


def colour_of(cue: PlacedCue, speakers: list[str], artist: Artist) -> str:
    """The colour of the cue's speaker; the first speaker has the caption's own colour, and each keeps theirs."""
    colours = ("", *artist.kit.captions.speakers)
    place = speakers.index(cue.speaker) if cue.speaker else 0
    return colours[place] if place < len(colours) else ""


@dataclass(frozen=True)
class Screen:
    """Lines that stand at once, from a frame up to another, at their places."""

    first_frame: int
    end_frame: int
    lines: list[SetLine]
    stands: list[Stand]


@dataclass(frozen=True)
class CueStates:
    """One cue at its places, with what its images are drawn from."""

    places: CaptionPlaces
    look: Look
    colour: str

    def overlays(self, standing: Sequence[Overlay]) -> Iterator[Overlay]:
        """The cue's images: above the names at the foot, below the headline at the head, while these stand."""
        spoken = self._spoken()
        for screen in self._screens(spoken, standing):
            first, end, lines = screen.first_frame, screen.end_frame, screen.lines
            words = tuple(line.text for line in lines)
            for (start, stop, lit), stand in product(self._lit(lines, spoken, first, end), screen.stands):
                begin, until = max(start, stand.first_frame), min(stop, stand.end_frame)
                if begin < until:
                    state = replace(stand.state, lines=words, lit=lit)
                    yield from self._drawn(state, begin, until, begin == first, until == end)

    def _screens(self, spoken: list[tuple[int, int, int]], standing: Sequence[Overlay]) -> list[Screen]:
        """The cue's screens of lines at their places: of a line less where the usual ones hide eyes or a mouth
        everywhere, those hide none, all at one place, and each stands long enough.
        """
        usual = self._set(0, spoken, standing)
        faces = self.places.faces
        if faces is None or self.by_words or not any(stand.often for one in usual for stand in one.stands):
            return usual
        fewer, least = self._set(1, spoken, standing), frame_at(LEAST_AT_A_PLACE_S, faces.timeline.fps)
        free = not any(stand.often for one in fewer for stand in one.stands)
        return fewer if fewer and free and all(one.end_frame - one.first_frame >= least for one in fewer) else usual

    def _set(self, fewer: int, spoken: list[tuple[int, int, int]], standing: Sequence[Overlay]) -> list[Screen]:
        """The cue's screens, each with so many lines `fewer` than it may have."""
        places, found = self.places, []
        screens = places.artist.cues(self.cue.text, self.language, places.canvas, places.where, fewer)
        whole = self._whole_cue(screens, standing) if (self.by_words or fewer) and screens else None
        for (first, end), lines in zip(pairwise(self._edges(screens, spoken)), screens, strict=False):
            if end - first >= 1:
                state = State(tuple(line.text for line in lines), self.look, self.colour)
                found.append(Screen(first, end, lines, whole or places.stands(state, standing, first, end)))
        return found

    @property
    def cue(self) -> PlacedCue:
        """What is said."""
        return self.places.cue

    @property
    def language(self) -> Language:
        """The cue's language."""
        return self.places.language

    @property
    def by_words(self) -> bool:
        """Whether a few words stand at once, as they are spoken."""
        return self.places.artist.kit.captions.rhythm == "words"

    def _whole_cue(self, screens: list[list[SetLine]], standing: Sequence[Overlay]) -> list[Stand]:
        """The places for all screens of a cue alike, the widest of them free of faces: what follows so fast does not
        jump.
        """
        widest = max(screens, key=lambda lines: (len(lines), max(self.language.length(line.text) for line in lines)))
        state = State(tuple(line.text for line in widest), self.look, self.colour)
        return self.places.stands(state, standing, self.cue.first_frame, self.cue.end_frame)

    def _spoken(self) -> list[tuple[int, int, int]]:
        """Each word of the flattened text, and the frame from which on it is spoken: as marked, else by its length."""
        flat, _ = flattened(tidy(self.cue.text, self.language), self.language)
        words = words_of(flat, self.language)
        first, end = self.cue.first_frame, self.cue.end_frame
        marked = self._marked(words)
        total = sum(max(1.0, self.language.length(flat[a:b])) for a, b in words) or 1.0
        said, found = 0.0, []
        for number, (start, stop) in enumerate(words):
            even = first + nearest(Fraction((end - first) * said / total))
            found.append((start, stop, min(marked.get(number, even), end)))
            said += max(1.0, self.language.length(flat[start:stop]))
        return found

    def _marked(self, words: list[tuple[int, int]]) -> dict[int, int]:
        """Frames of the words that the file times, by the word's number: spaces may differ, words do not."""
        found: dict[int, int] = {}
        if not self.cue.words:
            return found
        own = words_of(self.cue.text, self.language)
        if len(own) != len(words):
            return found
        at = self.cue.first_frame
        times = dict(self.cue.words)
        for number, (start, end) in enumerate(own):
            inside = [frame for offset, frame in times.items() if start <= offset < end or offset <= start]
            at = max([at, *inside])
            found[number] = at
        return found

    def _edges(self, screens: list[list[SetLine]], spoken: list[tuple[int, int, int]]) -> list[int]:
        """The frames at which one screen of lines follows another: where its first word is spoken."""
        first, end = self.cue.first_frame, self.cue.end_frame
        edges = [first]
        for lines in screens[1:]:
            word = next((frame for _, stop, frame in spoken if stop > lines[0].start), end)
            edges.append(min(max(word, edges[-1] + LEAST_WORD_FRAMES * self.by_words), end))
        return [*edges, end]

    def _lit(
        self, lines: list[SetLine], spoken: list[tuple[int, int, int]], first: int, end: int
    ) -> list[tuple[int, int, tuple[int, int, int] | None]]:
        """Stretches of frames, each with the word that is spoken in it; one stretch where words are not followed."""
        if not self.places.artist.kit.words_light_up:
            return [(first, end, None)]
        flat, _ = flattened(tidy(self.cue.text, self.language), self.language)
        here = [(a, b, at) for a, b, at in spoken if a >= lines[0].start and a < lines[-1].end]
        found: list[tuple[int, int, tuple[int, int, int] | None]] = []
        at = first
        for number, (a, b, _) in enumerate(here):
            until = end if number + 1 == len(here) else min(max(here[number + 1][2], at + LEAST_WORD_FRAMES), end)
            if until > at:
                found.append((at, until, place_in(flat, lines, a, b)))
            at = until
        return found or [(first, end, None)]

    def _drawn(self, state: State, first: int, end: int, enters: bool, goes: bool) -> Iterator[Overlay]:
        enter = self.places.artist.kit.captions.enter
        steps = {"cut": (), "fade": tuple((alpha, 1.0) for alpha in FADE_STEPS), "pop": POP_STEPS}[enter]
        if end - first < 4 * max(1, len(steps)):
            steps = ()
        if enters:
            for alpha, scale in steps:
                yield self._shown(replace(state, alpha=alpha, scale=scale), first, first + 1)
                first += 1
        leaving = steps[::-1] if goes and enter == "fade" else ()
        yield self._shown(state, first, end - len(leaving))
        for number, (alpha, scale) in enumerate(leaving):
            at = end - len(leaving) + number
            yield self._shown(replace(state, alpha=alpha, scale=scale), at, at + 1)

    def _shown(self, state: State, first: int, end: int) -> Overlay:
        places = self.places
        drawn = places.artist.caption(state, self.language, places.canvas, places.where)
        return Overlay(first, end, drawn)


def place_in(flat: str, lines: list[SetLine], start: int, end: int) -> tuple[int, int, int] | None:
    """A word of the flattened text as line number and characters of that line as it is drawn."""
    for number, line in enumerate(lines):
        if line.start <= start < line.end:
            before, after = (
                len(flat[line.start : edge].replace(SOFT_HYPHEN, "").lstrip()) for edge in (start, min(end, line.end))
            )
            return number, before, min(after, len(line.text))
    return None
