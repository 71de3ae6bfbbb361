"""Make a font of this folder from the full one: `.venv/bin/python fonts/subset.py SET FULL.ttf OUT.ttf`.

SET names what is kept: `simplified`, `traditional`, `japanese`, `korean` or `emoji`. All layout features stay;
hinting, which video does not use, goes. The same font and the locked fontTools give the same bytes.
"""

import sys
from collections.abc import Iterable, Set

from fontTools import subset

BLOCKS = {
    "Latin": (0x0020, 0x024F),
    "general punctuation": (0x2000, 0x206F),
    "currency": (0x20A0, 0x20BF),
    "CJK punctuation": (0x3000, 0x303F),
    "vertical forms": (0xFE30, 0xFE4F),
    "full-width forms": (0xFF00, 0xFFEF),
    "kana": (0x3040, 0x30FF),
    "small kana for Ainu": (0x31F0, 0x31FF),
    "bopomofo": (0x3100, 0x312F),
    "Hangul jamo": (0x1100, 0x11FF),
    "Hangul compatibility jamo": (0x3130, 0x318F),
    "Hangul syllables": (0xAC00, 0xD7A3),
}
EVERY_CJK = ("Latin", "general punctuation", "currency", "CJK punctuation", "vertical forms", "full-width forms")
# What the industry's code pages hold is what names, places and the press are written with.
KEPT = {
    "simplified": (("gbk",), EVERY_CJK),
    "traditional": (("big5", "cp950"), (*EVERY_CJK, "bopomofo")),
    "japanese": (("cp932",), (*EVERY_CJK, "kana", "small kana for Ainu")),  # JIS X 0208 and the variants used in names
    "korean": (("cp949",), (*EVERY_CJK, "Hangul jamo", "Hangul compatibility jamo", "Hangul syllables")),
}
# Emoji come as layered outlines (COLR) and once more as SVG, which Pango does not draw and which is four fifths of the
# file. The font's own space is wider than a text font's, and Pango takes it beside a sign that only this font holds.
EMOJI_TABLES_DROPPED, EMOJI_LEFT_OUT = ["SVG"], {0x0020}


def characters(code_page: str) -> set[int]:
    """All that the two-byte part of `code_page` can write."""
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    return {ord(character) for pair in pairs for character in pair.decode(code_page, "ignore")}


def kept(name: str, full: Set[int]) -> Iterable[int]:
    """The code points that the set `name` keeps of a font that holds `full`."""
    if name == "emoji":
        return full - EMOJI_LEFT_OUT
    pages, blocks = KEPT[name]
    inside = (point for block in blocks for point in range(BLOCKS[block][0], BLOCKS[block][1] + 1))
    return set(inside).union(*(characters(page) for page in pages))


def main(name: str, full: str, out: str) -> None:
    """Read the font `full`, write what the set `name` keeps of it to `out`."""
    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True)
    options.drop_tables = [*options.drop_tables, *EMOJI_TABLES_DROPPED]
    font = subset.load_font(full, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=kept(name, font.getBestCmap().keys()))
    subsetter.subset(font)
    subset.save_font(font, out, options)


if __name__ == "__main__":
    main(*sys.argv[1:])
