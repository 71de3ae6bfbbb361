"""Make a Chinese font of this folder from the full one: `.venv/bin/python fonts/subset.py FULL.ttf OUT.ttf`.

Kept: every character of GBK (names need the rare ones), full-width forms, CJK and general punctuation, Latin letters,
and all layout features. Left out: hinting, which video does not use.
"""

import sys

from fontTools import subset

RANGES = {
    "Latin": (0x0020, 0x024F),
    "general punctuation": (0x2000, 0x206F),
    "currency": (0x20A0, 0x20BF),
    "CJK punctuation": (0x3000, 0x303F),
    "vertical forms": (0xFE30, 0xFE4F),
    "full-width forms": (0xFF00, 0xFFEF),
}


def main(full: str, out: str) -> None:
    """Read the font `full`, write its subset to `out`. The same font and the locked fontTools give the same bytes."""
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    wanted = {ord(character) for pair in pairs for character in pair.decode("gbk", "ignore")}
    wanted.update(point for first, last in RANGES.values() for point in range(first, last + 1))
    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True)
    font = subset.load_font(full, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, out, options)


if __name__ == "__main__":
    main(*sys.argv[1:])
