"""Make the Chinese fonts of this folder from the full ones: `python fonts/subset.py FULL.ttf OUT.ttf`.

Kept: every character of GBK (names need the rare ones), full-width forms, CJK and general punctuation, Latin letters.
"""

import sys

from fontTools import subset

gbk = {ord(c) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF) for c in bytes([a, b]).decode("gbk", "ignore")}
ranges = [(0x20, 0x250), (0x2000, 0x2070), (0x20A0, 0x20C0), (0x3000, 0x3040), (0xFE30, 0xFE50), (0xFF00, 0xFFF0)]
wanted = gbk | {point for low, high in ranges for point in range(low, high)}
options = subset.Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True)
font = subset.load_font(sys.argv[1], options)
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=wanted)
subsetter.subset(font)
subset.save_font(font, sys.argv[2], options)
