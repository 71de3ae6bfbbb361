"""The speaker's name over the role: in one box of the ground, or the role on a tab of the accent below the name."""

from __future__ import annotations

from portevoix.authoring.brand import PANEL
from portevoix.authoring.job import Job
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.sheet import Box, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import LowerThird

LEADING = 1.3
PAD = 2.2  # at each side of the words, in hundredths of the short side


def _words(card: LowerThird, job: Job, code: str) -> Words:
    speaker = job.speakers[card.speaker]
    return speaker.name.get(code, ""), speaker.role.get(code, "")


def _marks(card: LowerThird) -> Words:
    return ("high" if card.high else "",)


def draw(sheet: Sheet, card: LowerThird, words: Words) -> Drawing:
    """At the foot of the safe zone, or above a player's captions."""
    name, role = words
    tabs = sheet.look.lower_third == "tabs"
    most = (sheet.end - sheet.start) * (0.6 if sheet.frame.name == "wide" else 0.86)
    big = sheet.style("text", 4.6, "on_ground")
    small = sheet.style("text", 3.3, "on_accent" if tabs else "muted", "regular")
    # Two lines for a name: unlike other words it cannot be shortened.
    blocks = [(sheet.fit(name, big, most, 2), big)]
    blocks += [(sheet.fit(role, small, most, 2), small)] if role else []
    foot = caption_top(sheet.language, sheet.frame) - round(GAP * sheet.u) if card.high else sheet.bottom
    x, y, width = (_tabs if tabs else _box)(sheet, blocks, foot)
    return Drawing(sheet.image.crop((x, y, x + width, foot)), x, y)


def _box(sheet: Sheet, blocks: list[StyledLines], foot: int) -> tuple[int, int, int]:
    """Name and role in one box. Returns its left edge, top and width."""
    pad, edge = round(PAD * sheet.u), round(1.2 * sheet.u)
    width = max(sheet.width(lines, style) for lines, style in blocks) + 2 * pad + sheet.stripe
    height = sum(_height(sheet, block) for block in blocks) + 2 * edge
    start, y = _start(sheet, width), foot - height
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


def _tabs(sheet: Sheet, blocks: list[StyledLines], foot: int) -> tuple[int, int, int]:
    """The name on the ground, the role on the accent below it."""
    pad, edges, between = round(PAD * sheet.u), (round(1.2 * sheet.u), round(0.6 * sheet.u)), round(0.6 * sheet.u)
    widths = [sheet.width(lines, style) + 2 * pad for lines, style in blocks]
    widths[0] += sheet.stripe
    heights = [_height(sheet, block) + 2 * edge for block, edge in zip(blocks, edges, strict=False)]
    width, height = max(widths), sum(heights) + between * (len(blocks) - 1)
    left, y = _start(sheet, width), foot - height
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


def _start(sheet: Sheet, width: int) -> int:
    return (sheet.frame.width - width) // 2 if _centred(sheet) else sheet.start


LOOK = Look(draw, _words, _marks)
