"""The brand kit: colours, logo, fonts and names. A folder in `brand/` with a `kit.yaml`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from portevoix.authoring.document import Authored, read_document, validate
from portevoix.errors import InvalidInput

LEAST_CONTRAST = 4.5  # WCAG 2 success criterion 1.4.3
PNG_BEGINS = b"\x89PNG\r\n\x1a\n"


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
    accent_on_ground: Colour  # the accent where it stands on the ground itself, as a figure or a line
    on_accent: Colour
    muted: Colour  # secondary words on the ground
    caption_box: Colour
    caption_text: Colour


Look = Literal["lines", "block", "outline", "shadow"]


class CaptionLook(Authored):
    """How captions look: a box under each line, one box round the cue, an outline or a soft shadow round the letters.

    `opacity` is a box's, 0 to 1. `words` lights each word up in `highlight` as it is spoken. `speakers` are the colours of
    those who speak, in the order of their first words; the first one without a colour of its own has the caption's.
    `enter`: how a cue appears and goes.
    """

    look: Look = "lines"
    opacity: Annotated[float, Field(ge=0, le=1)] = 0.82
    position: Literal["bottom", "top"] = "bottom"
    words: Literal["still", "highlight"] = "still"
    highlight: Colour | None = None
    speakers: tuple[Colour, ...] = ()
    enter: Literal["cut", "fade", "pop"] = "cut"

    @model_validator(mode="after")
    def _light_has_a_colour(self) -> CaptionLook:
        if self.words == "highlight" and self.highlight is None:
            raise ValueError("words are to light up, but no `highlight` colour is given; add one")
        return self


class Motion(Authored):
    """How long the speaker's name takes to slide in and out, in seconds; 0: it is there at once."""

    enter_s: Annotated[float, Field(ge=0, le=2)] = 0.35
    leave_s: Annotated[float, Field(ge=0, le=2)] = 0.25


class Stings(Authored):
    """What plays before and after a programme: videos, with alpha over the ground."""

    opening: Path | None = None
    closing: Path | None = None


class BrandKit(Authored):
    """One institution's look. Font families fall back to those of `fonts/fonts.yaml`."""

    name: str
    organisation: Annotated[dict[str, str], Field(min_length=1)]
    colours: Colours
    title_family: str
    text_family: str
    mark: str  # the logo's file, drawn on the ground or over footage
    captions: CaptionLook = CaptionLook()
    motion: Motion = Motion()
    stings: Stings | None = None
    music: Path | None = None

    def organisation_in(self, language: str) -> str:
        """The institution's name in `language`, else in its first one."""
        return self.organisation.get(language) or next(iter(self.organisation.values()))


def kit_file(folder: Path, name: Path | str) -> Path:
    """A file of the kit."""
    return folder / name


def load_kit(folder: Path) -> tuple[BrandKit, str]:
    """The kit and the digest of all its files. Raises InvalidInput for an unusable mark or a weak contrast."""
    document = read_document(folder / "kit.yaml")
    kit = validate(BrandKit, document)
    faults = [document.fault(place, message) for place, message in (*_mark_faults(kit, folder), *_contrast_faults(kit))]
    if faults:
        raise InvalidInput(faults)
    digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("kit.yaml", kit.mark)]
    return kit, hashlib.sha256("\n".join(digests).encode()).hexdigest()


def _mark_faults(kit: BrandKit, folder: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    mark = folder / kit.mark
    if not mark.resolve().is_relative_to(folder.resolve()):
        yield ("mark",), f"{kit.mark} lies outside {folder}; put the file into the kit"
    elif not mark.is_file():
        yield ("mark",), f"{kit.mark} is not in {folder}; add it"
    elif not mark.read_bytes().startswith(PNG_BEGINS):
        yield ("mark",), f"{kit.mark} is not a PNG; export the logo as PNG with transparency"


def _contrast_faults(kit: BrandKit) -> Iterator[tuple[tuple[str, ...], str]]:
    pairs = (
        ("on_ground", "ground"),
        ("on_accent", "accent"),
        ("muted", "ground"),
        ("accent_on_ground", "ground"),
        ("caption_text", "caption_box"),
    )
    for front, back in pairs:
        ratio = contrast(getattr(kit.colours, front), getattr(kit.colours, back))
        if ratio < LEAST_CONTRAST:
            yield (
                ("colours", front),
                f"{front} on {back} has a contrast of {ratio:.1f}:1; at least {LEAST_CONTRAST}:1 can be read",
            )
    # A box is seen through: what counts is its colour over the brightest and the darkest picture.
    look, box = kit.captions, kit.colours.caption_box
    grounds = [mixed(box, look.opacity, video) for video in ("#ffffff", "#000000")]
    colours = [(("captions", "opacity"), kit.colours.caption_text)]
    colours += [(("captions", "speakers"), colour) for colour in look.speakers]
    colours += [(("captions", "highlight"), look.highlight)] if look.highlight else []
    for place, colour in colours:
        worst = min(contrast(colour, ground) for ground in grounds)
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"captions in {colour} over a white or black picture have a contrast of {worst:.1f}:1; "
                "raise captions.opacity or choose another colour",
            )


def mixed(colour: str, opacity: float, under: str) -> str:
    """#rrggbb of `colour` laid over `under` with `opacity` 0 to 1."""
    parts = (round(c * opacity + u * (1 - opacity)) for c, u in zip(rgb(colour), rgb(under), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


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
