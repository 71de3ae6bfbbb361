"""Colours as #rrggbb, and how well one is seen on another."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

LEAST_CONTRAST = 4.5  # WCAG 2 success criterion 1.4.3
LEAST_LOGO_CONTRAST = 3.0  # WCAG 2 success criterion 1.4.11, what is no text


def _colour(value: str) -> str:
    if len(value) != 7 or value[0] != "#" or any(c not in "0123456789abcdefABCDEF" for c in value[1:]):
        raise ValueError(f"{value!r} is not a colour; write #rrggbb")
    return value


Colour = Annotated[str, AfterValidator(_colour)]


def mixed(colour: str, opacity: float, under: str) -> str:
    """#rrggbb of `colour` over `under` with `opacity` 0 to 1."""
    parts = (round(c * opacity + u * (1 - opacity)) for c, u in zip(rgb(colour), rgb(under), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def over_anything(colour: str, opacity: float) -> list[str]:
    """#rrggbb of `colour` over the brightest picture and over the darkest."""
    return [mixed(colour, opacity, video) for video in ("#ffffff", "#000000")]


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of #rrggbb."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2 has it, 0 to 1."""
    return relative_luminance(rgb(colour))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    return luminance_contrast(luminance(one), luminance(other))


def relative_luminance(colour: tuple[int, int, int]) -> float:
    """WCAG 2's relative luminance of red, green and blue (0 to 255), 0 to 1."""
    parts = (c / 255 for c in colour)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def luminance_contrast(one: float, other: float) -> float:
    """WCAG contrast ratio of two luminances, 1 to 21."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)
