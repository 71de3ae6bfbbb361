"""What lies over the picture, as a list of timed images: cards, the logo, and captions in each of their states."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from portevoix.artist import Artist, Canvas, Drawn
from portevoix.authoring.brand import LEAST_CONTRAST, Look, contrast, mixed
from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.drawing.captions import GAP, State
from portevoix.drawing.cards.lower_third import HIGH
from portevoix.drawing.cards.part import BELOW_LOGO, BESIDE_LOGO, IN_CORNER
from portevoix.drawing.lines import SOFT_HYPHEN, SetLine, flattened, tidy
from portevoix.drawing.motion import Step
from portevoix.order import Order
from portevoix.parts import Part
from portevoix.sources.light import brightest
from portevoix.timeline import PlacedCue, Shown, Timeline
from portevoix.timing import clock, frame_at, nearest, seconds_at

FADE_STEPS = (0.34, 0.67)  # a cue is whole in its third frame: softer would eat into the time to read it
POP_STEPS = ((0.6, 0.94), (1.0, 1.025))  # opacity and size
LEAST_WORD_FRAMES = 2
DRAWN_AT_ONCE = 2
SHADOW_OPACITY = 0.6  # of the soft shadow right beside a letter


@dataclass(frozen=True)
class Variant:
    """One set of words over one picture. `zone`: the margins that an account asks for, where they are not the format's.

    `parts`: those in which it is published, each with its mark; none where it stays whole.
    """

    language: str
    burned: bool
    zone: tuple[int, int, int, int] | None = None
    parts: tuple[Part, ...] = ()


Layer = tuple[Shown, Drawn]


def layers_of(
    variant: Variant, canvas: Canvas, order: Order, timeline: Timeline, cues: Sequence[PlacedCue], artist: Artist
) -> list[Layer]:
    """Everything over the picture of one variant, the lowest first, on programme frames."""
    language = order.languages[variant.language]
    found: list[Layer] = []
    for card in timeline.cards:
        raised = card.what == "lower_third" and not variant.burned
        detail = f"{card.detail}/{HIGH}" if raised else card.detail
        parts = [card] if card.what != "quote" else _by_line(card, order, variant, canvas, artist)
        for shown in parts:
            draw = functools.partial(
                artist.card, shown.what, shown.detail or detail, order.job, variant.language, language, canvas
            )
            ways = _ways(shown, artist, timeline) if shown.what == "lower_third" else []
            found += [(way, draw(step=step)) for way, step in ways]
            first, end = (len([w for w, step in ways if step.leaving is out]) for out in (False, True))
            found.append(
                (replace(shown, first_frame=shown.first_frame + first, end_frame=shown.end_frame - end), draw())
            )
    if order.recipe.bug:
        for scene in timeline.scenes:
            if scene.picture.kind != "ground":
                bug = artist.card("bug", "", order.job, variant.language, language, canvas)
                found.append((Shown(scene.first_frame, scene.end_frame, "bug"), bug))
    found += _part_marks(variant, canvas, order, timeline, artist)
    if variant.burned:
        look = caption_look(order, artist)
        # A name on its way stands where it will: captions keep clear of it from its first frame to its last.
        names = [(shown, drawn) for shown, drawn in found if shown.what == "lower_third"]
        speakers = list(dict.fromkeys(cue.speaker for cue in cues if cue.speaker))
        settings = [
            _Setting(
                cue,
                language,
                canvas,
                artist,
                _where(order, variant, cue, timeline),
                look,
                _colour_of(cue, speakers, artist),
            )
            for cue in cues
        ]
        # Pango, PNG and the disk work outside Python's lock: two cues are drawn in little more than the time of one.
        with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
            for layers in pool.map(lambda setting: list(setting.layers(names)), settings):
                found += layers
    return found


def _part_marks(variant: Variant, canvas: Canvas, order: Order, timeline: Timeline, artist: Artist) -> Iterator[Layer]:
    """Which part it is, over the first seconds of each: there from its first frame, so that no picture stands without it."""
    recipe, language = order.recipe, order.languages[variant.language]
    place = (BELOW_LOGO if recipe.headline else BESIDE_LOGO) if recipe.bug else IN_CORNER
    frames = frame_at(recipe.part_mark_s, timeline.fps)
    for part in variant.parts if frames else ():
        first = part.span.first_frame
        shown = Shown(first, first + min(frames, part.span.frame_count), "part")
        draw = functools.partial(
            artist.card, "part", f"{language.figures(part.number)}/{language.figures(part.count)}/{place}",
            order.job, variant.language, language, canvas,
        )  # fmt: skip
        leaving = [(way, step) for way, step in _ways(shown, artist, timeline) if step.leaving]
        yield replace(shown, end_frame=shown.end_frame - len(leaving)), draw()
        yield from ((way, draw(step=step)) for way, step in leaving)


def _ways(card: Shown, artist: Artist, timeline: Timeline) -> list[tuple[Shown, Step]]:
    """The frames of a card's way in and out."""
    motion = artist.kit.motion
    into, out = (round(seconds * float(timeline.fps)) for seconds in (motion.enter_s, motion.leave_s))
    if card.end_frame - card.first_frame < 3 * (into + out):
        return []
    entering = [(card.first_frame + n, Step(n, into, False)) for n in range(into)]
    leaving = [(card.end_frame - out + n, Step(n, out, True)) for n in range(out)]
    return [(replace(card, first_frame=at, end_frame=at + 1), step) for at, step in (*entering, *leaving)]


def _by_line(card: Shown, order: Order, variant: Variant, canvas: Canvas, artist: Artist) -> list[Shown]:
    """A quotation's lines, each as it is spoken; with the name from the last one on, for a third of the time."""
    language = order.languages[variant.language]
    lines = artist.quotation_lines(order.job, variant.language, language, canvas)
    frames = card.end_frame - card.first_frame
    edges = [card.first_frame + frames * 2 * n // (3 * max(1, len(lines))) for n in range(len(lines) + 1)]
    told = [Shown(a, b, "quote", str(n + 1)) for n, (a, b) in enumerate(pairwise(edges))]
    return [*told, Shown(edges[-1], card.end_frame, "quote", "all")]


def caption_look(order: Order, artist: Artist) -> Look:
    """The kit's look; boxes for the whole programme where a shadow would not hold its words off the brightest picture."""
    kit = artist.kit
    if kit.captions.look != "shadow":
        return kit.captions.look
    half = "upper" if kit.captions.position == "top" else "lower"
    box, text = kit.colours.caption_box, kit.colours.caption_text
    grounds = [mixed(box, SHADOW_OPACITY, brightest(source, half, artist.store)) for source in order.sources]
    return "lines" if any(contrast(text, ground) < LEAST_CONTRAST for ground in grounds) else "shadow"


def _where(order: Order, variant: Variant, cue: PlacedCue, timeline: Timeline) -> str:
    """A cue by its file, line, language and time, for what cannot be set."""
    name = order.languages[variant.language].english_name
    file = order.script_file(variant.language)
    return f"{file}:{cue.line}: {name} cue at {clock(seconds_at(cue.first_frame, timeline.fps))}"


def _colour_of(cue: PlacedCue, speakers: list[str], artist: Artist) -> str:
    """The colour of the cue's speaker; the first speaker has the caption's own, and none has two."""
    colours = ("", *artist.kit.captions.speakers)
    place = speakers.index(cue.speaker) if cue.speaker else 0
    return colours[place] if place < len(colours) else ""


@dataclass
class _Setting:
    """One cue on its way to images."""

    cue: PlacedCue
    language: Language
    canvas: Canvas
    artist: Artist
    where: str
    look: Look
    colour: str

    def layers(self, names: Sequence[Layer]) -> Iterator[Layer]:
        """The cue's images; above the speaker's name while that stands."""
        parts = self.artist.cues(self.cue.text, self.language, self.canvas, self.where)
        if not parts:
            return
        spoken = self._spoken()
        edges = self._edges(parts, spoken)
        top = self.cue.top or self.artist.kit.captions.position == "top"
        for (first, end), lines in zip(pairwise(edges), parts, strict=True):
            if end - first < 1:
                continue
            bottom = None if top else self._above(names, first, end)
            state = State(tuple(line.text for line in lines), self.look, self.colour, bottom=bottom, top=top)
            for start, stop, lit in self._lit(lines, spoken, first, end):
                yield from self._drawn(replace(state, lit=lit), start, stop, start == first, stop == end)

    def _above(self, names: Sequence[Layer], first: int, end: int) -> int | None:
        standing = [drawn for shown, drawn in names if shown.first_frame < end and first < shown.end_frame]
        if not standing:
            return None
        scale = Fraction(self.canvas.frame.height, self.canvas.height)
        return nearest(min(drawn.y for drawn in standing) * scale) - round(GAP * self.canvas.frame.unit)

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

    def _edges(self, parts: list[list[SetLine]], spoken: list[tuple[int, int, int]]) -> list[int]:
        """The frames at which one part follows another: where its first word is spoken."""
        first, end = self.cue.first_frame, self.cue.end_frame
        edges = [first]
        for lines in parts[1:]:
            word = next((frame for _, stop, frame in spoken if stop > lines[0].start), end)
            edges.append(min(max(word, edges[-1]), end))
        return [*edges, end]

    def _lit(
        self, lines: list[SetLine], spoken: list[tuple[int, int, int]], first: int, end: int
    ) -> list[tuple[int, int, tuple[int, int, int] | None]]:
        """Stretches of frames, each with the word that is spoken in it; one stretch where words are not followed."""
        if self.artist.kit.captions.words == "still":
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

    def _drawn(self, state: State, first: int, end: int, enters: bool, goes: bool) -> Iterator[Layer]:
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

    def _shown(self, state: State, first: int, end: int) -> Layer:
        drawn = self.artist.caption(state, self.language, self.canvas, self.where)
        return Shown(first, end, "caption"), drawn


def place_in(flat: str, lines: list[SetLine], start: int, end: int) -> tuple[int, int, int] | None:
    """A word of the flattened text as line number and characters of that line as it is drawn."""
    for number, line in enumerate(lines):
        if line.start <= start < line.end:
            before, after = (
                len(flat[line.start : edge].replace(SOFT_HYPHEN, "").lstrip()) for edge in (start, min(end, line.end))
            )
            return number, before, min(after, len(line.text))
    return None
