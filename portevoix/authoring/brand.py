"""The brand kit: colours, logo, fonts and names. A folder in `brand/` with a `kit.yaml`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from portevoix.authoring.document import Authored, read_document, validate
from portevoix.errors import InvalidInput

LEAST_CONTRAST = 4.5  # WCAG 2 success criterion 1.4.3


def _colour(value: str) -> str:
    if len(value) != 7 or value[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in value[1:]):
        raise ValueError(f"{value!r} is not a colour; write #rrggbb")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


class Colours(Authored):
    """Colours by their role."""

    ground: Colour  # cards, bands under words
    on_ground: Colour
    accent: Colour
    on_accent: Colour
    muted: Colour  # secondary words on the ground
    caption_box: Colour
    caption_text: Colour


class BrandKit(Authored):
    """One institution's look. Font families fall back to those of `fonts/fonts.yaml`."""

    name: str
    organisation: dict[str, str]
    colours: Colours
    title_family: str
    text_family: str
    mark: str  # the logo's file, drawn on the ground or over footage
    caption_box_opacity: float = 0.82

    def organisation_in(self, language: str) -> str:
        """The institution's name in `language`, else in its first one."""
        return self.organisation.get(language) or next(iter(self.organisation.values()))


def load_kit(folder: Path) -> tuple[BrandKit, str]:
    """The kit and the digest of all its files. Raises InvalidInput for a missing file or a weak contrast."""
    document = read_document(folder / "kit.yaml")
    kit = validate(BrandKit, document)
    faults = []
    if not (folder / kit.mark).exists():
        faults.append(document.fault(("mark",), f"{kit.mark} is not in {folder}; add it"))
    pairs = (("on_ground", "ground"), ("on_accent", "accent"), ("muted", "ground"), ("caption_text", "caption_box"))
    for front, back in pairs:
        ratio = contrast(getattr(kit.colours, front), getattr(kit.colours, back))
        if ratio < LEAST_CONTRAST:
            faults.append(
                document.fault(
                    ("colours", front), f"{front} on {back} has a contrast of {ratio:.1f}:1; at least 4.5:1 can be read"
                )
            )
    if faults:
        raise InvalidInput(faults)
    digest = hashlib.sha256((folder / "kit.yaml").read_bytes() + (folder / kit.mark).read_bytes()).hexdigest()
    return kit, digest


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = (c / 255 for c in rgb(colour))
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
