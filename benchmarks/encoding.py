"""What the clean branch and a language's branch cost, and how good they are, against x264's `veryfast` at `crf 20`.

One GOP of 1080x1920 each, of every kind of picture that the statistics of one pass could fail another on; words are
drawn boxes over a tenth of it. Ratios of CPU seconds and bytes, differences of VMAF, the largest rate of a second; all
sides on the same raw frames, one thread. `--report` writes the table into docs/performance.md; films that are named are
measured at their first second instead.

    python benchmarks/encoding.py [--report] [FILM ...]
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image
from report import PAGE, filled

from portevoix import ffmpeg
from portevoix.plan.composition import Encoding
from portevoix.render.encoding import branch_options, clean_options
from portevoix.render.join import look_at_chunk
from portevoix.render.picture import TAGS

ROOT = Path(__file__).resolve().parents[1]
TRAILER = ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4"
PHOTO = ROOT / "examples" / "photos" / "media" / "museum.webp"
WEBCAM = ROOT / "tests" / "golden" / "framing" / "media" / "webcam.mp4"
FPS, GOP, SIZE = Fraction(24), 48, "1080:1920"
FILL = f"scale={SIZE}:force_original_aspect_ratio=increase,crop={SIZE},format=yuv420p,setsar=1"
SHAKE = "crop=iw*0.9:ih*0.9:(iw-ow)/2+0.04*iw*sin(n/3)+0.01*iw*sin(n*1.9):(ih-oh)/2+0.04*ih*cos(n/4)+0.01*ih*sin(n*2.3)"
CUTS = "select='not(mod(floor(n/12)\\,4))',setpts=N/24/TB"  # half a second of every two
ZOOM = "zoompan=z='1+on/960':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2':d=48:s=1080x1920:fps=24"
WORDS = (
    "drawbox=x=120:y=1380:w=840:h=90:color=0x101820@0.82:t=fill,drawbox=x=160:y=1400:w=300:h=50:color=white:t=10,"
    "drawbox=x=500:y=1410:w=380:h=30:color=white:t=8"
)
PLAIN = {
    "c:v": "libx264",
    "preset": "veryfast",
    "x264-params": "threads=1:keyint=48:open-gop=0:level=40:vbv-maxrate=20000:vbv-bufsize=20000",
    "crf": 20,
}


@dataclass(frozen=True)
class Kind:
    """A kind of picture: a film or photo, the second at which it is entered, the filters that make it what it is."""

    name: str
    file: Path
    second: int = 0
    before: str = ""  # filters at the source's own size
    after: str = ""  # and at the output's


KINDS = (
    Kind("film, dialogue", TRAILER, 12),
    Kind("film, action", TRAILER, 24),
    Kind("film, slow", TRAILER, 36),
    Kind("a cut every half second", TRAILER, 14, before=CUTS),
    Kind("hand-held", TRAILER, 12, before=SHAKE),
    Kind("grain", TRAILER, 12, after="noise=c0s=4:c0f=t"),
    Kind("noise beyond the rate limit", TRAILER, 24, after="noise=alls=10:allf=t"),
    Kind("webcam, noisy", WEBCAM, 2),
    Kind("photo, moving slowly", PHOTO, before=f"{FILL},{ZOOM}"),
    Kind("photo, still", PHOTO, before="loop=47:1,setpts=N/24/TB"),
)


@dataclass(frozen=True)
class Side:
    """One encode: CPU seconds, bytes, mean VMAF, and the largest rate of any second in Mbit/s."""

    cpu_s: float
    bytes: int
    vmaf: float
    peak_mbps: float


def _run(folder: Path, *arguments: str) -> float:
    """CPU seconds of one ffmpeg."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ffmpeg.run(["-v", "error", *arguments], folder, 900)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _encode(folder: Path, raw: str, out: str, options: dict[str, object]) -> Side:
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    # Raw pictures carry no tags: given here, or ffmpeg would turn them into BT.709 once more.
    tagged = "setparams=" + ":".join(f"{name}={value}" for name, value in TAGS.items())
    cpu = min(_run(folder, "-i", raw, "-vf", tagged, *words, out) for _ in range(2))
    compare = "[0:v][1:v]libvmaf=n_threads=2:log_fmt=json:log_path=vmaf.json"
    _run(folder, "-i", out, "-i", raw, "-lavfi", compare, "-f", "null", "-")
    vmaf = json.loads((folder / "vmaf.json").read_text("utf-8"))["pooled_metrics"]["vmaf"]["mean"]
    sizes = [packet.size for packet in look_at_chunk(folder / out).packets]
    second = round(FPS)
    peak = max(sum(sizes[n : n + second]) for n in range(len(sizes) - second + 1)) * 8 / 1e6
    return Side(cpu, (folder / out).stat().st_size, vmaf, peak)


def _row(kind: Kind) -> str:
    encoding = Encoding(FPS, GOP)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        enter = ["-ss", str(kind.second)] if kind.second else []
        filters = ",".join(f for f in (kind.before, "fps=24", FILL, kind.after) if f)
        file = kind.file
        if file.suffix == ".webp":  # which not every ffmpeg reads
            file = folder / "photo.png"
            with Image.open(kind.file) as photo:
                photo.convert("RGB").save(file)
        _run(folder, *enter, "-i", str(file), "-vf", filters, "-frames:v", str(GOP), "clean.y4m")
        _run(folder, "-i", "clean.y4m", "-vf", WORDS, "words.y4m")
        plain = _encode(folder, "clean.y4m", "plain.mp4", PLAIN)
        clean = _encode(folder, "clean.y4m", "clean.mp4", clean_options(encoding, "s"))
        bps = Fraction(look_at_chunk(folder / "clean.mp4").video_bytes * 8) * FPS / GOP
        plain_words = _encode(folder, "words.y4m", "plain_words.mp4", PLAIN)
        language = _encode(folder, "words.y4m", "language.mp4", branch_options(encoding, "s", bps))
    cells = [kind.name]
    for ours, theirs in ((clean, plain), (language, plain_words)):
        cells += [
            f"{ours.cpu_s / theirs.cpu_s:.2f}",
            f"{ours.bytes / theirs.bytes:.2f}",
            f"{ours.vmaf - theirs.vmaf:+.2f}",
            f"{ours.peak_mbps:.1f}",
        ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films", nargs="*", type=Path)
    parser.add_argument("--report", action="store_true", help="write the table into docs/performance.md")
    given = parser.parse_args()
    kinds = [Kind(film.stem, film.resolve(), 1) for film in given.films] or KINDS
    rows = [
        "| picture | clean: time | bytes | VMAF | peak Mbit/s | language: time | bytes | VMAF | peak Mbit/s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    print("\n".join(rows))
    for kind in kinds:
        rows.append(_row(kind))
        print(rows[-1], flush=True)
    if given.report:
        PAGE.write_text(filled(PAGE, {"kinds": "\n".join(rows)}, "encoding"), "utf-8")


if __name__ == "__main__":
    main()
