"""What lies over the picture, as a list of timed images: cards, the logo, and captions in each of their states."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.brand import Look
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, mixed
from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.captions.lines import SOFT_HYPHEN, SetLine, flattened, tidy
from portevoix.drawing.artist import Artist, Drawn, Edition
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import GAP, State
from portevoix.drawing.motion import Glide, Step
from portevoix.order import Order
from portevoix.sources.light import brightest
from portevoix.timeline.cards import (
    Announcement,
    AnyCard,
    Bug,
    Chapter,
    Claim,
    Closing,
    Headline,
    LowerThird,
    MarkPlace,
    Notice,
    Opening,
    PartMark,
    PictureSource,
    Point,
    Progress,
    Quote,
    TimedCard,
)
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Timeline
from portevoix.timeline.parts import Part
from portevoix.timing import clock, frame_at, frames_of_move, nearest, seconds_at

SLIDE = 4  # how far a card slides, in hundredths of the short side
STILL = (Progress, Announcement)  # a segment fills at once; an announcement's loop has no beginning
AT_HEAD, AT_FOOT = (Headline, PictureSource, PartMark), (LowerThird, Chapter)
CLEAR_OF = (*AT_HEAD, *AT_FOOT, Opening)  # where captions do not stand
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


@dataclass(frozen=True)
class Layer:
    """A drawing over the picture, still or on its way: of a `card`, or (None) of a caption."""

    first_frame: int
    end_frame: int
    drawn: Drawn
    card: AnyCard | None = None
    glide: Glide | None = None


@dataclass(frozen=True)
class _Piece:
    """A card, or one of the drawings that it consists of. `enter` and `leave`: pixels that it slides while it fades in
    and out.

    None: it is there, or gone, at once.
    """

    shown: TimedCard
    enter: tuple[int, int] | None = None
    leave: tuple[int, int] | None = None


def layers_of(
    variant: Variant, canvas: Canvas, order: Order, timeline: Timeline, cues: Sequence[PlacedCue], artist: Artist
) -> list[Layer]:
    """Everything over the picture of one variant, the lowest first, on programme frames."""
    language = order.languages[variant.language]
    edition = Edition(order.job, variant.language, language, canvas)
    found: list[Layer] = []
    for planned in timeline.cards:
        card = planned
        if isinstance(planned.card, LowerThird) and not variant.burned:
            card = replace(planned, card=replace(planned.card, high=True))
        for piece in _pieces(card, edition, artist, timeline):
            draw = functools.partial(artist.card, piece.shown.card, edition)
            if isinstance(card.card, LowerThird):
                found += _drawn_on_its_way(card, draw, artist, timeline)
            else:
                found += _gliding(piece, draw(), artist, timeline)
    if order.recipe.bug:
        for scene in timeline.scenes:
            if not scene.picture.of_house:
                found.append(Layer(scene.first_frame, scene.end_frame, artist.card(Bug(), edition), Bug()))
    found += _part_marks(variant, edition, order, timeline, artist)
    if variant.burned:
        look = caption_look(order, artist)
        # A name on its way stands where it will: captions keep clear of it from its first frame to its last.
        standing = [layer for layer in found if isinstance(layer.card, CLEAR_OF)]
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
            for layers in pool.map(lambda setting: list(setting.layers(standing)), settings):
                found += layers
    return found


def _part_marks(
    variant: Variant, edition: Edition, order: Order, timeline: Timeline, artist: Artist
) -> Iterator[Layer]:
    """Which part it is, over the first seconds of each: there from its first frame, so that no picture stands without
    it.
    """
    recipe, figures = order.recipe, edition.language.figures
    by_logo: MarkPlace = "below" if recipe.headline and order.job.headline else "beside"
    place: MarkPlace = by_logo if recipe.bug else "corner"
    frames = frame_at(recipe.part_mark_s, timeline.fps)
    for part in variant.parts if frames else ():
        first = part.span.first_frame
        mark = PartMark(figures(part.number), figures(part.count), place)
        shown = TimedCard(first, first + min(frames, part.span.frame_count), mark)
        draw = functools.partial(artist.card, mark, edition)
        yield from _drawn_on_its_way(shown, draw, artist, timeline, enters=False)


def _pieces(card: TimedCard, edition: Edition, artist: Artist, timeline: Timeline) -> list[_Piece]:
    """What a card consists of, and how each drawing comes and goes.

    From the side where reading starts; a shade from the edge at which it is strongest, so that no edge of it is ever
    seen.
    """
    canvas = edition.canvas
    slide = round(SLIDE * min(canvas.width, canvas.height) / 100)
    side = slide * (1 if edition.language.direction == "rtl" else -1), 0
    if isinstance(card.card, Quote):
        return _by_line(card, edition, artist, side)
    if isinstance(card.card, Claim):
        return [_claim(card, card.card, artist, timeline, side)]
    if isinstance(card.card, STILL):
        return [_Piece(card)]
    look, way = artist.kit.cards, side
    match card.card:
        case Opening() if look.titles == "shade" and canvas.width <= canvas.height:
            way = 0, -slide
        case Closing() | Notice() | Chapter(of="point") if look.ground == "band":
            way = 0, 0  # a band that reaches both edges would show its end
        case Point(over_picture=True):
            way = 0, slide
    # The first picture is whole at once, since it is shown before anybody plays it; the last one stays.
    begins, ends = card.first_frame == 0, card.end_frame == timeline.frame_count
    return [_Piece(card, None if begins else way, None if ends else way)]


def _claim(card: TimedCard, claim: Claim, artist: Artist, timeline: Timeline, side: tuple[int, int]) -> _Piece:
    """One state of a claim: the first slides in, the next fade in over the one before, which stands until they are
    there.
    """
    same = [timed for timed in timeline.cards if isinstance(timed.card, Claim) and timed.card.number == claim.number]
    first, last = card.first_frame == same[0].first_frame, card.end_frame == same[-1].end_frame
    into, _ = _frames_of_ways(artist, timeline)
    if not last:
        card = replace(card, end_frame=min(card.end_frame + into, same[-1].end_frame))
    return _Piece(card, side if first else (0, 0), side if last else None)


def _frames_of_ways(artist: Artist, timeline: Timeline) -> tuple[int, int]:
    motion = artist.kit.motion
    into, out = (frames_of_move(seconds, timeline.fps) for seconds in (motion.enter_s, motion.leave_s))
    return into, out


def _gliding(piece: _Piece, drawn: Drawn, artist: Artist, timeline: Timeline) -> list[Layer]:
    """A drawing's way in, its stand, and its way out; moved as a whole, so drawn once."""
    shown = piece.shown
    into, out = _frames_of_ways(artist, timeline)
    into, out = into * (piece.enter is not None), out * (piece.leave is not None)
    if shown.end_frame - shown.first_frame < 3 * (into + out):
        into = out = 0
    stands, goes = shown.first_frame + into, shown.end_frame - out
    found = [Layer(stands, goes, drawn, shown.card)]
    if into and piece.enter is not None:
        found.insert(0, Layer(shown.first_frame, stands, drawn, shown.card, Glide(0, into, False, *piece.enter)))
    if out and piece.leave is not None:
        found.append(Layer(goes, shown.end_frame, drawn, shown.card, Glide(0, out, True, *piece.leave)))
    return found


def _drawn_on_its_way(
    card: TimedCard, draw: Callable[..., Drawn], artist: Artist, timeline: Timeline, enters: bool = True
) -> list[Layer]:
    """A small drawing's way in (where it `enters` slowly) and out, each frame of it drawn."""
    into, out = _frames_of_ways(artist, timeline)
    into *= enters
    if card.end_frame - card.first_frame < 3 * (into + out):
        return [Layer(card.first_frame, card.end_frame, draw(), card.card)]
    entering = [(card.first_frame + n, Step(n, into, False)) for n in range(into)]
    leaving = [(card.end_frame - out + n, Step(n, out, True)) for n in range(out)]
    ways = [Layer(at, at + 1, draw(step=step), card.card) for at, step in (*entering, *leaving)]
    return [*ways, Layer(card.first_frame + into, card.end_frame - out, draw(), card.card)]


def _by_line(card: TimedCard, edition: Edition, artist: Artist, side: tuple[int, int]) -> list[_Piece]:
    """A quotation's ground, then its lines, each as it is spoken, and the name under them for the last third of the
    time.
    """
    count = len(artist.quotation_lines(edition))
    frames = card.end_frame - card.first_frame
    edges = [card.first_frame + frames * 2 * n // (3 * max(1, count)) for n in range(count + 1)]
    pieces = [*(str(n + 1) for n in range(count)), "name"]
    return [
        _Piece(replace(card, card=Quote("ground")), (0, 0), (0, 0)),
        *(
            _Piece(TimedCard(first, card.end_frame, Quote(piece)), side, (0, 0))
            for first, piece in zip(edges, pieces, strict=True)
        ),
    ]


def caption_look(order: Order, artist: Artist) -> Look:
    """The kit's look; boxes for the whole programme where a shadow would not hold its words off the brightest picture."""
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

    def layers(self, standing: Sequence[Layer]) -> Iterator[Layer]:
        """The cue's images: above the names at the foot, below the headline at the head, while these stand."""
        parts = self.artist.cues(self.cue.text, self.language, self.canvas, self.where)
        if not parts:
            return
        spoken = self._spoken()
        edges = self._edges(parts, spoken)
        top = self.cue.top or self.artist.kit.captions_edge(self.canvas.frame.name) == "top"
        for (first, end), lines in zip(pairwise(edges), parts, strict=True):
            if end - first < 1:
                continue
            here = [x for x in standing if x.first_frame < end and first < x.end_frame]
            above = top and not any(isinstance(x.card, Opening) for x in here)  # the title has the head to itself
            bottom, head = (None, self._below(here)) if above else (self._above(here), None)
            state = State(
                tuple(line.text for line in lines), self.look, self.colour, bottom=bottom, top=above, head=head
            )
            for start, stop, lit in self._lit(lines, spoken, first, end):
                yield from self._drawn(replace(state, lit=lit), start, stop, start == first, stop == end)

    def _above(self, standing: Sequence[Layer]) -> int | None:
        names = [layer.drawn.y for layer in standing if isinstance(layer.card, AT_FOOT)]
        return self._laid_out(min(names)) - round(GAP * self.canvas.frame.unit) if names else None

    def _below(self, standing: Sequence[Layer]) -> int | None:
        feet = [x.drawn.y + x.drawn.height for x in standing if isinstance(x.card, AT_HEAD)]
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
        return Layer(first, end, drawn)


def place_in(flat: str, lines: list[SetLine], start: int, end: int) -> tuple[int, int, int] | None:
    """A word of the flattened text as line number and characters of that line as it is drawn."""
    for number, line in enumerate(lines):
        if line.start <= start < line.end:
            before, after = (
                len(flat[line.start : edge].replace(SOFT_HYPHEN, "").lstrip()) for edge in (start, min(end, line.end))
            )
            return number, before, min(after, len(line.text))
    return None
