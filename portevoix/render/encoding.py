"""The options of x264. Who changes one raises the version of `chunk` in `plan/keys.py`.

The clean branch of a composition is encoded with `pass=1`; each language reads its statistics with `pass=2`: frame
types, rates and the macroblock tree come from the clean branch, so that cheap settings keep the quality of the dear
ones.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from portevoix.plan.composition import Encoding

CRF = 19.7  # with the settings below about as good as `veryfast` at 20: a quarter faster, files a seventh larger
# A language's bits beside the clean branch's, as the second pass plans them; what words cost comes on top.
OF_CLEAN = Fraction(97, 100)
# Where the picture is dark and still, the plan asks for quantisers near 0, which cost nothing there, but much in words
# over it.
LEAST_QUANTISER = 16
# Where a picture is calm, the plan has next to nothing for blocks that no later picture repeats, and a card that
# dissolved in over a photo came out in coarse blocks; such a film grows by 3.5 %. A busy one keeps to its plan.
MOST_QUANTISER, CALM_BPS = 30, 6_000_000
DRAFT_CRF = 27
CARD_CRF = 18  # a still card holds one picture that counts; the others repeat it
LEAST_BITRATE_BPS = 60_000  # a still picture's statistics would leave x264 nothing to plan with
# Under Instagram's 25,000. Every chunk begins with half a buffer of its own, so that a film of
# nothing but noise is planned for 22,500 at most.
MAXRATE_KBPS, BUFFER_KBIT = 20_000, 10_000

# What a cheap encode keeps of the dear one: `ultrafast` alone would drop the common parameter sets (8x8 transform,
# CABAC) and the B-frames that the statistics plan with. Weighted B-frames stand in the parameter sets too, and earn
# nothing here. `benchmarks/encoding.py` prints what it costs and saves.
CHEAP = "8x8dct=1:cabac=1:bframes=3:b-pyramid=normal:weightb=0:weightp=1:ref=1:no-deblock=0:partitions=i8x8"


def clean_options(encoding: Encoding, statistics: str) -> dict[str, Any]:
    """The branch without a language's text; writes `statistics` (and its `.mbtree`) for the others."""
    # slow-firstpass: x264's fast first pass drops the 8x8 transform, and with it the common parameter sets.
    limit = f"vbv-maxrate={MAXRATE_KBPS}:vbv-bufsize={BUFFER_KBIT}:vbv-init=0.5"
    # what `veryfast` has over `superfast` that is worth its time
    look = "mbtree=1:rc-lookahead=10:weightp=1:weightb=0"
    parameters = f"slow-firstpass=1:{look}:{limit}:pass=1:stats={statistics}"
    return _options(encoding, "superfast", parameters, crf=CRF)


def branch_options(encoding: Encoding, statistics: str, clean_bps: Fraction) -> dict[str, Any]:
    """A language's branch. `clean_bps`: bits a second of the clean branch of the same chunk."""
    # ratetol=inf: the planned quantisers are kept and text costs what it costs; without it, a still picture's few bits
    # would have to do for the letters too. No rate limit of its own: the clean branch was under it, and x264's row
    # prediction for it is an eighth of the time.
    # No adaptive quantisation of its own: what the clean branch found stands in its macroblock tree.
    rate = max(int(clean_bps * OF_CLEAN), LEAST_BITRATE_BPS)
    quantisers = f"qpmin={LEAST_QUANTISER}" + (f":qpmax={MOST_QUANTISER}" if clean_bps < CALM_BPS else "")
    parameters = f"{CHEAP}:aq-mode=0:{quantisers}:pass=2:stats={statistics}:mbtree=1:rc-lookahead=10:ratetol=inf"
    return _options(encoding, "ultrafast", parameters, **{"b:v": rate})


def plain_options(encoding: Encoding) -> dict[str, Any]:
    """A chunk by itself: cards, where every language is its own picture, and drafts."""
    return _options(encoding, "ultrafast", f"{CHEAP}:aq-mode=1", crf=DRAFT_CRF if encoding.draft else CARD_CRF)


def _options(encoding: Encoding, preset: str, parameters: str, **rate: Any) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": preset,
        "profile:v": "high",
        "x264-params": f"{_common(encoding)}:{parameters}",
        **rate,
        "pix_fmt": "yuv420p",
        "colorspace": "bt709",
        "color_primaries": "bt709",
        "color_trc": "bt709",
        "color_range": "tv",
        "map_metadata": -1,
        "movflags": "+negative_cts_offsets",
        "use_editlist": 0,
        "f": "mp4",
    }


def _common(encoding: Encoding) -> str:
    level = "42" if encoding.fps > 30 else "40"
    return f"stitchable=1:keyint={encoding.gop_frames}:min-keyint=1:open-gop=0:threads=1:level={level}"
