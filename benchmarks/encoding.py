"""What the clean branch and a language's branch cost, and how good they are, against x264's `veryfast` at `crf 20`.

One GOP of 1080x1920 each, from places of the example's trailer or from the films that are named; words are drawn boxes over a tenth of
the picture. Ratios of CPU seconds and bytes, and differences of VMAF; all sides on the same raw frames, one thread.

    python benchmarks/encoding.py [FILM ...]
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from portevoix import ffmpeg
from portevoix.render.encoding import Encoding
from portevoix.render.join import look_at_chunk

ROOT = Path(__file__).resolve().parents[1]
TRAILER = ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4"
FPS, GOP = Fraction(24), 48
PLACES_S = (12, 24, 36)
SHAPE = "fps=24,scale=1080:1920:force_original_aspect_ratio=increase,crop=1080:1920,format=yuv420p,setsar=1"
WORDS = (
    "drawbox=x=120:y=1380:w=840:h=90:color=0x101820@0.82:t=fill,drawbox=x=160:y=1400:w=300:h=50:color=white:t=10,"
    "drawbox=x=500:y=1410:w=380:h=30:color=white:t=8"
)
PLAIN = {"c:v": "libx264", "preset": "veryfast", "x264-params": "threads=1:keyint=48:open-gop=0:level=40", "crf": 20}


def _run(folder: Path, *arguments: str) -> float:
    """CPU seconds of one ffmpeg."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ffmpeg.run(["-v", "error", *arguments], folder, 900)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _encode(folder: Path, raw: str, out: str, options: dict[str, object]) -> tuple[float, int, float]:
    """CPU seconds, bytes and mean VMAF."""
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    cpu = _run(folder, "-i", raw, *words, out)
    compare = "[0:v][1:v]libvmaf=n_threads=2:log_fmt=json:log_path=vmaf.json"
    _run(folder, "-i", out, "-i", raw, "-lavfi", compare, "-f", "null", "-")
    vmaf = json.loads((folder / "vmaf.json").read_text("utf-8"))["pooled_metrics"]["vmaf"]["mean"]
    return cpu, (folder / out).stat().st_size, vmaf


def main(films: list[str]) -> None:
    encoding = Encoding(FPS, GOP)
    places = [(Path(film).resolve(), 1) for film in films] or [(TRAILER, second) for second in PLACES_S]
    for film, second in places:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _run(folder, "-ss", str(second), "-i", str(film), "-vf", SHAPE, "-frames:v", str(GOP), "clean.y4m")
            _run(folder, "-i", "clean.y4m", "-vf", WORDS, "words.y4m")
            plain = _encode(folder, "clean.y4m", "plain.mp4", PLAIN)
            clean = _encode(folder, "clean.y4m", "clean.mp4", encoding.clean("s"))
            bps = Fraction(look_at_chunk(folder / "clean.mp4").video_bytes * 8) * FPS / GOP
            plain_words = _encode(folder, "words.y4m", "plain_words.mp4", PLAIN)
            language = _encode(folder, "words.y4m", "language.mp4", encoding.from_statistics("s", bps))
        print(f"{film.stem} at {second} s")
        for side, ours, theirs in (("clean", clean, plain), ("language", language, plain_words)):
            print(
                f"  {side:9} time {ours[0] / theirs[0]:.2f}  bytes {ours[1] / theirs[1]:.2f}  VMAF {ours[2] - theirs[2]:+.2f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
