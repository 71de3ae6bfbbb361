"""A caption in each of its states as timed images: lines, the word that is spoken, how it comes and goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.caption_style import Edge, Look
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed
from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import SetLine, flattened, tidy
from portevoix.captions.sense import SOFT_HYPHEN
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import GAP, State
from portevoix.order import Order
from portevoix.plan.faces import FacesShown, covered, enlarged, mostly_over_eyes_or_mouth, share
from portevoix.plan.variant import DRAWN_AT_ONCE, Overlay, OverlayContext
from portevoix.sources.light import brightest
from portevoix.timeline.cards import Chapter, Headline, LowerThird, Opening, PartMark, PictureSource
from portevoix.timeline.cues import PlacedCue
from portevoix.timing import clock, nearest, seconds_at

AT_HEAD, AT_FOOT = (Headline, PictureSource, PartMark), (LowerThird, Chapter)
CLEAR_OF = (*AT_HEAD, *AT_FOOT, Opening)  # where captions do not stand
FADE_STEPS = (0.34, 0.67)  # a cue is whole in its third frame: softer would eat into the time to read it
POP_STEPS = ((0.6, 0.94), (1.0, 1.025))  # opacity and size
LEAST_WORD_FRAMES = 2
BETWEEN = 0.3, 0.62  # of the height: where what stands between two pictures is
MIDDLE = 0.64  # of the height: the foot of captions in the middle, below a face that is followed
CLASH = 10.0  # what words over other words cost: more than any face
MOST_COVERED = 0.06  # of a face that a caption may cover before it stands elsewhere: a chin
SHADOW_OPACITY = 0.6  # of the soft shadow right beside a letter


def captions_of(context: OverlayContext, cards: Sequence[Overlay]) -> list[Overlay]:
    """All captions of a variant, in the order of the cues, clear of the `cards` that stand at the same time."""
    # A name that is still sliding counts too: captions keep clear of it from its first frame to its last.
    standing = [card for card in cards if isinstance(card.card, CLEAR_OF)]
    look = caption_look(context.order, context.artist)
    speakers = list(dict.fromkeys(cue.speaker for cue in context.cues if cue.speaker))
    states = [
        CueStates(
            cue,
            context.language,
            context.canvas,
            context.artist,
            _where(context, cue),
            look,
            colour_of(cue, speakers, context.artist),
            context.faces,
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
class CueStates:
    """One cue with what its images are drawn from. `where`: its place in its file, for messages."""

    cue: PlacedCue
    language: Language
    canvas: Canvas
    artist: Artist
    where: str
    look: Look
    colour: str
    faces: FacesShown | None = None

    def overlays(self, standing: Sequence[Overlay]) -> Iterator[Overlay]:
        """The cue's images: above the names at the foot, below the headline at the head, while these stand."""
        screens = self.artist.cues(self.cue.text, self.language, self.canvas, self.where)
        if not screens:
            return
        spoken = self._spoken()
        edges = self._edges(screens, spoken)
        whole = self._whole_cue(screens, standing) if self.by_words else None
        for (first, end), lines in zip(pairwise(edges), screens, strict=True):
            if end - first < 1:
                continue
            words = tuple(line.text for line in lines)
            state = replace(whole, lines=words) if whole else self._placed(lines, standing, first, end)
            for start, stop, lit in self._lit(lines, spoken, first, end):
                yield from self._drawn(replace(state, lit=lit), start, stop, start == first, stop == end)

    @property
    def by_words(self) -> bool:
        """Whether a few words stand at once, as they are spoken."""
        return self.artist.kit.captions.rhythm == "words"

    @property
    def edge(self) -> Edge:
        """Where the cue stands if it may: where its file says, else the job or the kit."""
        return "top" if self.cue.top else self.artist.kit.captions_edge(self.canvas.frame.name)

    def _whole_cue(self, screens: list[list[SetLine]], standing: Sequence[Overlay]) -> State:
        """One place for all pages of a cue, the widest of them free of faces: words that follow each other so fast do
        not jump.
        """
        widest = max(screens, key=lambda lines: (len(lines), max(self.language.length(line.text) for line in lines)))
        return self._placed(widest, standing, self.cue.first_frame, self.cue.end_frame)

    def _placed(self, lines: list[SetLine], standing: Sequence[Overlay], first: int, end: int) -> State:
        """A screen of lines at the place where it stands for its time."""
        here = [x for x in standing if x.first_frame < end and first < x.end_frame]
        states = self._states(tuple(line.text for line in lines), self.edge, here)
        return self._clear_of_faces(states, here, first, end)

    def _states(self, lines: tuple[str, ...], edge: Edge, here: Sequence[Overlay]) -> list[State]:
        """Where a screen of lines may stand, its own place first: at the foot, at the head, between two pictures."""
        state, top = State(lines, self.look, self.colour), edge == "top"
        foot = replace(state, bottom=self._above(here))
        head = replace(state, top=True, head=self._below(here))
        if any(isinstance(x.card, Opening) for x in here):
            top = False  # the title has the head to itself
        if self.cue.top and top:
            return [head]
        between = [replace(state, bottom=self._between(here))] if self.canvas.width < self.canvas.height else []
        if edge == "middle":
            middle = replace(state, bottom=round(self.canvas.frame.height * MIDDLE))
            return list(dict.fromkeys([middle, foot, state, *between, head]))
        return list(dict.fromkeys([head, foot] if top else [foot, state, *between, head]))

    def _between(self, here: Sequence[Overlay]) -> int:
        """The lower edge of a caption between two pictures, one over the other: above what stands there."""
        low, high = (self.canvas.height * share for share in BETWEEN)
        tops = [x.drawn.box[1] for x in here if low < x.drawn.box[1] and x.drawn.box[3] < high and any(x.drawn.box)]
        gap = round(GAP * self.canvas.frame.unit)
        return self._laid_out(min(tops)) - gap if tops else self.canvas.frame.height // 2

    def _clear_of_faces(self, states: list[State], here: Sequence[Overlay], first: int, end: int) -> State:
        """The first of the states that covers no face and no card, else the one that covers least: cards above all."""
        seen = self.faces.seen(self.canvas, first, end) if self.faces else []
        air = GAP * self.canvas.unit / 2
        cards = [enlarged(overlay.drawn.box, air) for overlay in here if any(overlay.drawn.box)]
        in_the_way = seen or (cards and self.edge == "middle")
        if not in_the_way or len(states) == 1:
            return states[0]
        prices = []
        for state in states:
            box = self.artist.caption(state, self.language, self.canvas, self.where).box
            hidden, clash = covered(box, seen), max((share(box, card) for card in cards), default=0.0)
            hidden = hidden if hidden > MOST_COVERED else 0.0
            prices.append(hidden + mostly_over_eyes_or_mouth(box, seen) + (CLASH + clash if clash else 0.0))
            if prices[-1] == 0:
                return state
        return states[prices.index(min(prices))]

    def _above(self, standing: Sequence[Overlay]) -> int | None:
        middle = self.canvas.height / 2
        names = [card.drawn.y for card in standing if isinstance(card.card, AT_FOOT) and card.drawn.y > middle]
        return self._laid_out(min(names)) - round(GAP * self.canvas.frame.unit) if names else None

    def _below(self, standing: Sequence[Overlay]) -> int | None:
        middle = self.canvas.height / 2
        feet = [x.drawn.box[3] for x in standing if isinstance(x.card, AT_HEAD) and x.drawn.box[3] < middle]
        return self._laid_out(max(feet)) + round(GAP * self.canvas.frame.unit) if feet else None

    def _laid_out(self, y: int) -> int:
        """A row of the output, in the frame that is laid out."""
        return nearest(y * Fraction(self.canvas.frame.height, self.canvas.height))

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
        if not self.artist.kit.words_light_up:
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
        enter = self.artist.kit.captions.enter
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
        drawn = self.artist.caption(state, self.language, self.canvas, self.where)
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
