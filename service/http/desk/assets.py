"""The files that pages are made of, under one version: a digest of all of them, so that browsers keep them for long.

Beside what lies in `web/static/` these are the house's: its colours, its logo, and its fonts cut down to the letters
that French and English need. fontTools enters here.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from PIL import Image

from portevoix.authoring.brand import LogoVariant
from portevoix.authoring.fonts import load_font_list
from portevoix.authoring.kit import Kit
from portevoix.library import ROOT
from service.http.desk.colours import palette

STATIC = ROOT / "web" / "static"
PREFIX = "/static/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff": "font/woff",
}
TEXTS = (".css", ".js", ".svg")
LOGO_PIXELS = 112  # high: 28 on the page, for screens of up to four pixels to one
TEXT_FAMILY = "Inter"  # where the kit names none
LATIN = (
    "U+20-7E, U+A0-FF, U+152-153, U+2013-2014, U+2018-201D, U+2026, U+202F, U+2039-203A, U+20AC, U+2190-2193, U+2212"
)
ARABIC = "U+600-6FF"
FEATURES = ["kern", "liga", "mark", "calt", "tnum"]


@dataclass(frozen=True)
class Assets:
    """All files by their names, and the version of the whole. `packed`: the texts among them by gzip."""

    version: str
    files: Mapping[str, bytes]
    packed: Mapping[str, bytes]

    def address(self, name: str) -> str:
        """Where a page finds a file. Raises KeyError for one that there is not."""
        if name not in self.files:
            raise KeyError(name)
        return f"{PREFIX}{self.version}/{name}"


def assets_of(kit: Kit) -> Assets:
    """The files of the pages of a house with this kit."""
    files = {str(path.relative_to(STATIC)): path.read_bytes() for path in sorted(STATIC.rglob("*.*"))}
    files |= {"logo-light.webp": _logo(kit, "light"), "logo-dark.webp": _logo(kit, "dark")}
    faces = _faces(kit)
    files |= {face.file: _cut(face.source, face.reach) for face in faces}
    files["kit.css"] = (_colours(kit) + "".join(face.rule for face in faces)).encode()
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    packed = {name: gzip.compress(content, mtime=0) for name, content in files.items() if name.endswith(TEXTS)}
    return Assets(digest.hexdigest()[:16], files, packed)


def _colours(kit: Kit) -> str:
    roles = (f"--{role}: light-dark({light}, {dark});" for role, (light, dark) in palette(kit.values.colours).items())
    corner = f"--corner: {round(min(4 + 4 * kit.values.cards.corner, 12), 1)}px;"
    return ":root {\n" + "\n".join([*roles, corner]) + "\n}\n"


def _logo(kit: Kit, tone: LogoVariant) -> bytes:
    """The logo for grounds of the other tone; whichever variant there is where that one is missing."""
    wanted: tuple[LogoVariant, ...] = (tone, "monochrome", *kit.logos)
    found = next(kit.logos[variant] for variant in wanted if variant in kit.logos)
    image = found.image()
    image.thumbnail((4 * LOGO_PIXELS, LOGO_PIXELS), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "WEBP", lossless=True)  # a logo is flat: smaller so, and a hundred times as fast
    return written.getvalue()


@dataclass(frozen=True)
class _Face:
    """One font of the pages. `reach`: the characters that it is for, as CSS writes them."""

    name: str
    source: Path
    weight: int
    reach: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.weight}-{self.source.stem}.woff"

    @property
    def rule(self) -> str:
        return (
            f"@font-face {{ font-family: {self.name}; font-weight: {self.weight}; font-display: swap; "
            f"src: url({self.file}) format('woff'); unicode-range: {self.reach}; }}\n"
        )


def _faces(kit: Kit) -> list[_Face]:
    named = {(face.family, face.weight): ROOT / "fonts" / face.file for face in load_font_list(ROOT / "fonts").files}
    text = kit.values.fonts.text.get("Latn", TEXT_FAMILY)
    title = kit.values.fonts.title.get("Latn", text)
    return [
        _Face("title", named[title, "bold"], 700, LATIN),
        _Face("text", named[text, "regular"], 400, LATIN),
        _Face("text", named[text, "bold"], 700, LATIN),
        _Face("text", named["Noto Sans Arabic", "regular"], 400, ARABIC),
    ]


@lru_cache(32)
def _cut(source: Path, reach: str) -> bytes:
    """A font with these characters alone."""
    features = FEATURES if reach == LATIN else ["*"]  # Arabic letters are put together by features
    options = subset.Options(hinting=False, layout_features=features, notdef_outline=True, flavor="woff")
    options.drop_tables = [*options.drop_tables, "meta"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(_points(reach)))
    subsetter.subset(font)
    written = io.BytesIO()
    font.flavor = "woff"
    font.save(written)
    return written.getvalue()


def _points(reach: str) -> Iterable[int]:
    for part in reach.split(", "):
        first, _, last = part.removeprefix("U+").partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
