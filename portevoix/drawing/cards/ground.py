"""The ground of a full card in the kit's look, and the identity's signature on it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from portevoix.drawing.cards.sheet import Box, Label, Sheet
from portevoix.drawing.frame import TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.drawing.text import Style
from portevoix.timeline.cards import Pane

SIGNATURE = 9  # height of the logo beside the name, in hundredths of the short side
LOW = 80  # a height, in hundredths of the short side
APART = 3  # from a label to the identity beside it, in hundredths of the short side
GHOST = 14  # opacity of 255 of the large logo


class Afloat(Sheet):
    """A sheet whose ground moves under it, and is not drawn."""

    def fill(self) -> None:
        """Nothing: the ground is another picture."""


def pane_box(sheet: Sheet, pane: Pane | None) -> Box:
    """A part of the frame as a rectangle of the sheet; the whole sheet without."""
    left, top, right, bottom = pane or (0, 0, 1, 1)
    width, height = sheet.frame.width, sheet.frame.height
    near, far = (1 - right, 1 - left) if sheet.mirrored else (left, right)
    return Box(round(near * width), round(top * height), round((far - near) * width), round((bottom - top) * height))


def is_low(sheet: Sheet) -> bool:
    """Whether the words have little height: below a picture in a square."""
    return sheet.bottom - sheet.top < LOW * sheet.u


def fill(sheet: Sheet, pane: Pane | None = None, marked: bool = True) -> None:
    """The ground, `marked` with the logo where the kit says so; beside a picture, the colour alone in its `pane`."""
    if pane:
        sheet.box(pane_box(sheet, pane), "ground", part="ground")
        return
    sheet.fill()
    if marked:
        ghost(sheet)


def ghost(sheet: Sheet) -> None:
    """The logo very large and faint, cut by the edge where reading ends, where the kit's ground has it."""
    if sheet.look.ground != "ghost":
        return
    frame, wide = sheet.frame, sheet.frame.name == "wide"
    faint = sheet.another()
    size = 86 if wide else 78
    width, height = sheet.identity.logo_size(size, frame)
    faint.logo(frame.width - width * 0.72, frame.height * (0.5 if wide else 0.62) - height / 2, size)
    faint.image.putalpha(faint.image.getchannel("A").point(lambda a: a * GHOST // 255))
    sheet.lay("ground", faint.image)


def band(sheet: Sheet, height: float, pane: Pane | None = None) -> int:
    """A band of the accent at the foot, round something `height` pixels high that ends with the safe zone; of its
    `pane`, beside a picture. Returns its top.
    """
    top, room = round(sheet.bottom - height - 4 * sheet.u), pane_box(sheet, pane)
    sheet.box(Box(room.start, top, room.width, room.y + room.height - top), "accent", part="ground")
    return top


def signature_size(sheet: Sheet) -> float:
    """Height of the signature's logo, in hundredths of the short side."""
    return SIGNATURE * sheet.growth


@dataclass(frozen=True)
class _Signature:
    """The identity's name beside its logo on a colour of the kit. `indent`: from the logo's start to the name, in
    pixels.
    """

    name: list[str]
    style: Style
    indent: int
    ground: Literal["accent", "ground"]

    @classmethod
    def within(cls, sheet: Sheet, room: float, ground: Literal["accent", "ground"]) -> _Signature:
        """What fits in so many pixels. Raises TextTooLong."""
        width, height = sheet.identity.logo_size(signature_size(sheet), sheet.frame)
        indent = width + max(round(2 * sheet.u), sheet.identity.clear_space(height))
        small = sheet.grown("text", 3.3, "on_accent" if ground == "accent" else "muted")
        name = sheet.identity.kit.organisation_in(sheet.language.code)
        return cls(sheet.fit(name, small, room - indent, 2), small, indent, ground)

    def write(self, sheet: Sheet, start: float, y: int) -> int:
        """Set it from `y` down. Returns the y after it."""
        _, height = sheet.logo(start, y, signature_size(sheet), self.ground)
        below = (height - sheet.pitch(self.style, 1.4) * len(self.name)) // 2
        end = start + self.width(sheet)
        sheet.write(TextBlock(self.name, self.style, 1.4), start + self.indent, end, y + below)
        return y + height

    def height(self, sheet: Sheet) -> int:
        return sheet.identity.logo_size(signature_size(sheet), sheet.frame)[1]

    def width(self, sheet: Sheet) -> int:
        return self.indent + sheet.width(self.name, self.style)


def sign(sheet: Sheet, start: float, end: float, pane: Pane | None = None) -> int:
    """The logo and the name of the identity at the foot, on a band where the kit has one. Returns where the room above
    ends.
    """
    on_band = sheet.look.ground == "band"
    height = sheet.identity.logo_size(signature_size(sheet), sheet.frame)[1]
    foot = sheet.bottom - height
    above = band(sheet, height, pane) if on_band else foot
    _Signature.within(sheet, end - start, "accent" if on_band else "ground").write(sheet, start, foot)
    return above


@dataclass(frozen=True)
class Head:
    """A label at the head of a card: its top, its height, where it ends and where the room beside it ends, in pixels.
    `foot`: of all that stands there. `signed`: the identity stands beside it.
    """

    y: int
    height: int
    end: float
    free: float
    foot: int
    signed: bool


def head(sheet: Sheet, label: Label, start: float, end: float) -> Head:
    """A label at the head; beside it, where the words have little height, the identity: the picture above them is
    larger for it.
    """
    width, height = sheet.unseen().label(label, start, end, 0)
    beside = start + width
    signature = _aside(sheet, beside + round(APART * sheet.u), end) if is_low(sheet) else None
    y = sheet.top
    if signature:
        y += max(0, signature.height(sheet) - height) // 2
        signature.write(sheet, end - signature.width(sheet), sheet.top)
    sheet.label(label, start, end, y)
    if not signature:
        return Head(y, height, beside, end, y + height, signed=False)
    foot = max(y + height, sheet.top + signature.height(sheet))
    return Head(y, height, beside, end - signature.width(sheet), foot, signed=True)


def _aside(sheet: Sheet, start: float, end: float) -> _Signature | None:
    """The identity where a line ends; None where its name finds no room from `start` on."""
    with suppress(TextTooLong):
        return _Signature.within(sheet, end - start, "ground")
    return None
