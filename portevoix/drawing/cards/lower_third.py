"""The speaker's name over the role: in one box of the ground, or the role on a tab of the accent below the name."""

from __future__ import annotations

from dataclasses import dataclass

from portevoix.authoring.brand import PANEL
from portevoix.authoring.job import Job
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.names import name_lines
from portevoix.drawing.cards.sheet import Box, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import LowerThird

LEADING = 1.3
BETWEEN = 7.5  # from a pane's lower edge to the name, in hundredths of the short side
PAD = 2.2  # at each side of the words, in hundredths of the short side


def _words(card: LowerThird, job: Job, code: str) -> Words:
    speaker = job.speakers[card.speaker]
    return speaker.name.get(code, ""), speaker.role.get(code, "")


def _marks(card: LowerThird) -> Words:
    return "high" if card.high else "", card.place, *(f"{edge:.4f}" for edge in card.pane or ())


def draw(sheet: Sheet, card: LowerThird, words: Words) -> Drawing:
    """At the foot of the safe zone, or above a player's captions."""
    name, role = words
    tabs = sheet.look.lower_third == "tabs"
    room = _room(sheet, card)
    most = (room.end - room.start) * (0.6 if sheet.frame.name == "wide" and not card.pane else 0.86)
    small = sheet.style("text", 3.3 * sheet.over, "on_accent" if tabs else "muted", "regular")
    blocks = [name_lines(sheet, name, 4.6 * sheet.over, most)]
    blocks += [(sheet.fit(role, small, most, 2), small)] if role else []
    x, y, width = (_tabs if tabs else _box)(sheet, blocks, room)
    return sheet.cut_out(x, y, width, room.foot - y)


@dataclass(frozen=True)
class _Room:
    """Where the name may stand: between two places of the line, down to `foot`; at its end, or where reading starts."""

    start: float
    end: float
    foot: int
    at_end: bool

    def begin(self, sheet: Sheet, width: int) -> int:
        """Where something of that width begins."""
        if _centred(sheet):
            return round(self.start + self.end - width) // 2
        return round(self.end - width if self.at_end else self.start)


def _room(sheet: Sheet, card: LowerThird) -> _Room:
    """The safe zone, or the part of it in the pane of the speaker's own picture."""
    frame, air = sheet.frame, round(3 * sheet.u)
    foot = caption_top(sheet.language, frame) - round(GAP * sheet.u) if card.high else sheet.bottom
    start, end = float(sheet.start), float(sheet.end)
    if card.pane:
        left, _, right, bottom = card.pane
        near, far = (1 - right, 1 - left) if sheet.mirrored else (left, right)
        start, end = max(start, near * frame.width + air), min(end, far * frame.width - air)
        # Between two panes, one over the other, a headline may stand.
        between = round(BETWEEN * sheet.u) if bottom < 1 else air
        foot = min(foot, round(bottom * frame.height) - between)
    elif _centred(sheet):
        start, end = 0, frame.width
    return _Room(start, end, foot, card.place == "end")


def _box(sheet: Sheet, blocks: list[StyledLines], room: _Room) -> tuple[int, int, int]:
    """Name and role in one box. Returns its left edge, top and width."""
    pad, edge = round(PAD * sheet.u), round(1.2 * sheet.u)
    width = max(sheet.width(lines, style) for lines, style in blocks) + 2 * pad + sheet.stripe
    height = sum(_height(sheet, block) for block in blocks) + 2 * edge
    start, y, foot = room.begin(sheet, width), room.foot - height, room.foot
    sheet.panel(start, y, width, height)
    y += edge
    for lines, style in blocks:
        y = sheet.write(
            TextBlock(lines, style, LEADING, centred=_centred(sheet)),
            start + sheet.stripe + pad,
            start + width - pad,
            y,
        )
    return sheet.x(start, width), foot - height, width


def _tabs(sheet: Sheet, blocks: list[StyledLines], room: _Room) -> tuple[int, int, int]:
    """The name on the ground, the role on the accent below it."""
    pad, edges, between = round(PAD * sheet.u), (round(1.2 * sheet.u), round(0.6 * sheet.u)), round(0.6 * sheet.u)
    widths = [sheet.width(lines, style) + 2 * pad for lines, style in blocks]
    widths[0] += sheet.stripe
    heights = [_height(sheet, block) + 2 * edge for block, edge in zip(blocks, edges, strict=False)]
    width, height = max(widths), sum(heights) + between * (len(blocks) - 1)
    left, y, foot = room.begin(sheet, width), room.foot - height, room.foot
    for number, (lines, style) in enumerate(blocks):
        start = left + (width - widths[number]) // 2 if _centred(sheet) else left
        inset = pad
        if number == 0:
            sheet.panel(start, y, widths[0], heights[0])
            inset += sheet.stripe
        else:
            sheet.box(Box(start, y, widths[number], heights[number]), "accent", PANEL, sheet.radius)
        end = start + widths[number] - pad
        sheet.write(TextBlock(lines, style, LEADING, centred=_centred(sheet)), start + inset, end, y + edges[number])
        y += heights[number] + between
    return sheet.x(left, width), foot - height, width


def _height(sheet: Sheet, block: StyledLines) -> int:
    lines, style = block
    return sheet.pitch(style, LEADING) * len(lines)


def _centred(sheet: Sheet) -> bool:
    return sheet.identity.kit.lower_third_place(sheet.frame.name) == "centre"


LOOK = Look(draw, _words, _marks)
