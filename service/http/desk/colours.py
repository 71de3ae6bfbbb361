"""The pages' colours, for light and for dark, computed from a brand kit: its hues, at lightnesses that can be read.

Colours are mixed in OKLCH (lightness 0 to 1, chroma, hue in degrees), in which equal steps look equal.
Source of the matrices: Björn Ottosson, "A perceptual color space for image processing".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from portevoix.authoring.brand import Colours
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, luminance, rgb

EDGE_CONTRAST = 3.0  # WCAG 2 success criterion 1.4.11: edges of fields, marks
STEP = 0.005  # of lightness, when a colour is moved until it can be read
HUES = {"ok": 152.0, "wait": 72.0, "bad": 27.0, "busy": 250.0}  # what a state is shown in, whatever the kit

_TO_CONE = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONE = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@dataclass(frozen=True)
class Oklch:
    """A colour in OKLCH."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float | None = None) -> Oklch:
        """The same hue, lighter or darker."""
        return Oklch(lightness, self.chroma if chroma is None else chroma, self.hue)

    @property
    def written(self) -> str:
        """As #rrggbb; what a screen cannot show loses chroma, not lightness."""
        chroma = self.chroma
        while True:
            parts = _linear(self.lightness, chroma, self.hue)
            if chroma <= 0 or all(-0.0005 <= part <= 1.0005 for part in parts):
                return "#" + "".join(f"{_byte(part):02x}" for part in parts)
            chroma = max(0.0, chroma - 0.004)


def mix_of(colour: str) -> Oklch:
    """#rrggbb in OKLCH."""
    linear = [_to_linear(part / 255) for part in rgb(colour)]
    light, a, b = _times(_TO_LAB, [math.cbrt(part) for part in _times(_TO_CONE, linear)])
    return Oklch(light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def readable(mix: Oklch, *grounds: str, least: float = LEAST_CONTRAST) -> str:
    """This colour as #rrggbb, moved away from the grounds until it stands out from each."""
    step = STEP if contrast("#ffffff", grounds[0]) >= LEAST_CONTRAST else -STEP
    end = 1.0 if step > 0 else 0.0
    while min(contrast(mix.written, ground) for ground in grounds) < least and mix.lightness != end:
        mix = mix.at(min(max(mix.lightness + step, 0.0), 1.0))
    return mix.written


def palette(kit: Colours) -> dict[str, tuple[str, str]]:
    """Every colour of the pages by its role: on a light page, on a dark one."""
    light, dark = _light(kit), _dark(kit)
    return {role: (light[role], dark[role]) for role in light}


def _neutral(kit: Colours) -> Oklch:
    """The hue of greys: of the more coloured of the kit's two grounds."""
    return max(mix_of(kit.ground), mix_of(kit.on_ground), key=lambda mix: mix.chroma)


def _deep(kit: Colours) -> str:
    """The kit's dark ground, dark enough for white words: it carries the head of each page."""
    return readable(mix_of(min(kit.ground, kit.on_ground, key=luminance)), "#ffffff")


def _light(kit: Colours) -> Mapping[str, str]:
    grey, accent, deep = _neutral(kit), mix_of(kit.accent), _deep(kit)
    page, surface, sunk = grey.at(0.974, 0.006).written, "#ffffff", grey.at(0.945, 0.011).written
    states = _states(0.46, 0.115, 0.955, 0.028, surface)
    return {
        "page": page,
        "surface": surface,
        "sunk": sunk,
        "line": grey.at(0.895, 0.014).written,
        "edge": readable(grey.at(0.66, 0.03), surface, page, sunk, states["busy-tint"], least=EDGE_CONTRAST),
        "ink": grey.at(0.22, 0.035).written,
        "soft": readable(grey.at(0.5, 0.03), sunk, page, states["busy-tint"]),
        "accent": readable(accent, page, surface, sunk),
        "primary": deep,
        "on-primary": "#ffffff",
        "link": readable(grey.at(0.42, 0.11), page, sunk),
        "focus": readable(grey.at(0.55, 0.18), page, surface, sunk, states["busy-tint"], least=EDGE_CONTRAST),
        **_band(kit, deep),
        **states,
    }


def _dark(kit: Colours) -> Mapping[str, str]:
    grey, accent = _neutral(kit), mix_of(kit.accent)
    page, surface, sunk = grey.at(0.178, 0.022).written, grey.at(0.222, 0.026).written, grey.at(0.262, 0.03).written
    primary, states = grey.at(0.85, 0.06).written, _states(0.82, 0.11, 0.285, 0.045, surface)
    return {
        "page": page,
        "surface": surface,
        "sunk": sunk,
        "line": grey.at(0.32, 0.032).written,
        "edge": readable(grey.at(0.5, 0.04), surface, page, sunk, states["busy-tint"], least=EDGE_CONTRAST),
        "ink": grey.at(0.955, 0.008).written,
        "soft": readable(grey.at(0.72, 0.03), sunk, page, states["busy-tint"]),
        "accent": readable(accent, sunk, page),
        "primary": primary,
        "on-primary": readable(grey.at(0.25, 0.06), primary),
        "link": readable(grey.at(0.8, 0.09), sunk),
        "focus": readable(grey.at(0.75, 0.14), sunk, states["busy-tint"], least=EDGE_CONTRAST),
        **_band(kit, grey.at(0.14, 0.022).written),
        **states,
    }


def _band(kit: Colours, band: str) -> Mapping[str, str]:
    """The head of each page: the kit's own ground, dark in both themes."""
    grey = _neutral(kit)
    accent = max(mix_of(kit.accent), mix_of(kit.accent_on_ground), key=lambda mix: mix.chroma)
    return {
        "band": band,
        "on-band": readable(grey.at(0.97, 0.008), band),
        "soft-on-band": readable(grey.at(0.82, 0.03), band),
        "accent-on-band": readable(accent.at(0.66), band),
    }


def _states(ink: float, ink_chroma: float, tint: float, tint_chroma: float, surface: str) -> Mapping[str, str]:
    """For each state a tint for its ground and an ink that can be read on it and on a surface."""
    found = {}
    for state, hue in HUES.items():
        found[f"{state}-tint"] = ground = Oklch(tint, tint_chroma, hue).written
        found[state] = readable(Oklch(ink, ink_chroma, hue), ground, surface)
    return found


def _linear(lightness: float, chroma: float, hue: float) -> list[float]:
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    return _times(_FROM_CONE, [part**3 for part in _times(_FROM_LAB, [lightness, a, b])])


def _times(matrix: tuple[tuple[float, float, float], ...], vector: list[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def _to_linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _byte(linear: float) -> int:
    part = min(max(linear, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
