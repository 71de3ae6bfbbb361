"""What lies over the picture, as a list of timed images: cards, the logo, part marks and captions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portevoix.drawing.cards.announcement import BARE
from portevoix.drawing.cards.lower_third import HIGH
from portevoix.drawing.cards.part import BELOW_LOGO, BESIDE_LOGO, IN_CORNER
from portevoix.drawing.cards.quote import GROUND, NAME
from portevoix.drawing.motion import Glide, Step
from portevoix.plan.cue_states import captions_of
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.model import Shown
from portevoix.timing import frame_at

SLIDE = 4  # how far a card slides, in hundredths of the short side
STILL = ("progress", "announcement")  # a segment fills at once; an announcement's loop has no beginning


@dataclass(frozen=True)
class _Piece:
    """A card, or one of the drawings that it consists of.

    `enter` and `leave`: pixels that it slides while it fades in and out; None where it is there, or gone, at once.
    """

    shown: Shown
    enter: tuple[int, int] | None = None
    leave: tuple[int, int] | None = None


def overlays_of(context: OverlayContext) -> list[Overlay]:
    """Everything over the picture of one variant, the lowest first, on programme frames."""
    found = [*_cards(context), *_logo(context), *_part_marks(context)]
    if context.variant.burned:
        found += captions_of(context, found)
    return found


def _cards(context: OverlayContext) -> Iterator[Overlay]:
    for card in context.timeline.cards:
        if card.what == "lower_third":
            raised = card if context.variant.burned else replace(card, detail=f"{card.detail}/{HIGH}")
            yield from _drawn_at_each_step(raised, context)
        else:
            for piece in _pieces(card, context):
                yield from _gliding(piece, context)


def _logo(context: OverlayContext) -> Iterator[Overlay]:
    for scene in context.timeline.scenes if context.order.recipe.bug else ():
        if not scene.picture.of_house:
            yield Overlay(Shown(scene.first_frame, scene.end_frame, "bug"), context.card("bug"))


def _part_marks(context: OverlayContext) -> Iterator[Overlay]:
    """Which part it is, over the first seconds of each: there from its first frame, so that no picture stands without
    it.
    """
    recipe, language = context.order.recipe, context.language
    place = (BELOW_LOGO if recipe.headline and context.order.job.headline else BESIDE_LOGO) if recipe.bug else IN_CORNER
    frames = frame_at(recipe.part_mark_s, context.timeline.fps)
    for part in context.variant.parts if frames else ():
        first = part.span.first_frame
        detail = f"{language.figures(part.number)}/{language.figures(part.count)}/{place}"
        shown = Shown(first, first + min(frames, part.span.frame_count), "part", detail)
        yield from _drawn_at_each_step(shown, context, enters=False)


def _pieces(card: Shown, context: OverlayContext) -> list[_Piece]:
    """What a card consists of, and how each drawing comes and goes.

    From the side where reading starts; a shade from the edge at which it is strongest, so that no edge of it is ever
    seen.
    """
    canvas, slide = context.canvas, round(SLIDE * context.unit)
    side = slide * (1 if context.language.direction == "rtl" else -1), 0
    if card.what == "quote":
        return _by_line(card, context, side)
    if card.what == "claim":
        return [_claim(card, context, side)]
    if card.what in STILL or card.detail == BARE:
        return [_Piece(card)]
    look, way = context.artist.kit.cards, side
    if card.what == "opening" and look.titles == "shade" and canvas.width <= canvas.height:
        way = 0, -slide
    if look.ground == "band" and (card.what in ("closing", "notice") or card.detail.startswith("point/")):
        way = 0, 0  # a band that reaches both edges would show its end
    if card.what == "point" and context.order.job.points[int(card.detail)].picture:
        way = 0, slide
    # The first picture is whole at once, since it is shown before anybody plays it; the last one stays.
    begins, ends = card.first_frame == 0, card.end_frame == context.timeline.frame_count
    return [_Piece(card, None if begins else way, None if ends else way)]


def _claim(card: Shown, context: OverlayContext, side: tuple[int, int]) -> _Piece:
    """One state of a claim: the first slides in, the next fade in over the one before, which stands until they are
    there.
    """
    claims = [other for other in context.timeline.cards if other.what == "claim"]
    same = [other for other in claims if other.detail.split("/")[0] == card.detail.split("/")[0]]
    first, last = card.first_frame == same[0].first_frame, card.end_frame == same[-1].end_frame
    into, _ = _frames_of_motion(context)
    if not last:
        card = replace(card, end_frame=min(card.end_frame + into, same[-1].end_frame))
    return _Piece(card, side if first else (0, 0), side if last else None)


def _by_line(card: Shown, context: OverlayContext, side: tuple[int, int]) -> list[_Piece]:
    """A quotation's ground, then its lines, each as it is spoken, and the name under them for the last third of the
    time.
    """
    order, variant = context.order, context.variant
    count = len(context.artist.quotation_lines(order.job, variant.language, context.language, context.canvas))
    frames = card.end_frame - card.first_frame
    edges = [card.first_frame + frames * 2 * n // (3 * max(1, count)) for n in range(count + 1)]
    details = [*(str(n + 1) for n in range(count)), NAME]
    lines = [
        _Piece(Shown(first, card.end_frame, "quote", detail), side, (0, 0))
        for first, detail in zip(edges, details, strict=True)
    ]
    return [_Piece(replace(card, detail=GROUND), (0, 0), (0, 0)), *lines]


def _frames_of_motion(context: OverlayContext) -> tuple[int, int]:
    """How many frames a card takes to come, and to go."""
    motion = context.artist.kit.motion
    into, out = (round(seconds * float(context.timeline.fps)) for seconds in (motion.enter_s, motion.leave_s))
    return into, out


def _gliding(piece: _Piece, context: OverlayContext) -> list[Overlay]:
    """A drawing's way in, its stand, and its way out; moved as a whole, so drawn once."""
    shown = piece.shown
    drawn = context.card(shown.what, shown.detail)
    into, out = _frames_of_motion(context)
    into, out = into * (piece.enter is not None), out * (piece.leave is not None)
    if shown.end_frame - shown.first_frame < 3 * (into + out):
        into = out = 0
    stands, goes = shown.first_frame + into, shown.end_frame - out
    found = [Overlay(replace(shown, first_frame=stands, end_frame=goes), drawn)]
    if into and piece.enter is not None:
        found.insert(0, Overlay(replace(shown, end_frame=stands), drawn, Glide(0, into, False, *piece.enter)))
    if out and piece.leave is not None:
        found.append(Overlay(replace(shown, first_frame=goes), drawn, Glide(0, out, True, *piece.leave)))
    return found


def _drawn_at_each_step(card: Shown, context: OverlayContext, enters: bool = True) -> list[Overlay]:
    """A small drawing's way in (where it `enters` slowly) and out, each frame of it drawn."""

    def overlay(first: int, end: int, step: Step | None = None) -> Overlay:
        return Overlay(replace(card, first_frame=first, end_frame=end), context.card(card.what, card.detail, step))

    into, out = _frames_of_motion(context)
    into *= enters
    if card.end_frame - card.first_frame < 3 * (into + out):
        return [overlay(card.first_frame, card.end_frame)]
    stands, goes = card.first_frame + into, card.end_frame - out
    entering = [overlay(card.first_frame + n, card.first_frame + n + 1, Step(n, into, False)) for n in range(into)]
    leaving = [overlay(goes + n, goes + n + 1, Step(n, out, True)) for n in range(out)]
    return [*entering, *leaving, overlay(stands, goes)]
