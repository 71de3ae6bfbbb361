"""Joined chunks against the same stretch encoded in one piece, both compared with the uncompressed composition.

Prints frames, bytes, mean PSNR and the PSNR of the three frames each side of every join.
"""

from __future__ import annotations

import re
import tempfile
from fractions import Fraction
from pathlib import Path
from statistics import mean

import av
import numpy as np

from portevoix import ffmpeg
from portevoix.plan.composition import Encoding, Framing
from portevoix.render import picture as compose
from portevoix.render.encoding import branch_options, clean_options, plain_options
from portevoix.render.join import join, look_at_chunk
from portevoix.render.picture import footage_of
from portevoix.sources.probe import probe

ROOT = Path(__file__).resolve().parents[1]
FPS, GOP, CHUNKS, FIRST_S = Fraction(24), 48, 8, Fraction(12)
PICTURE = (0, 92, 1280, 536)  # inside the black bars
STILL_S = Fraction(26)  # snow and sky: flat


def _encode(start_frame: int, frames: int, out: str, folder: Path, options: dict[str, object]) -> Path:
    source = probe(ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4")
    start = FIRST_S + Fraction(start_frame) / FPS
    footage = footage_of(source, start, Fraction(1), PICTURE)
    picture = compose.composed(footage, Framing(1920, 1080, "crop", (0.5, 0.5), "#000000"), FPS)
    ffmpeg.run(["-v", "error", *compose.arguments(compose.encoded(picture, out, frames, options))], folder, 900)
    return folder / out


def _still(out: str, folder: Path, options: dict[str, object]) -> Path:
    """One GOP of one picture, without motion: what a pulse at a join would be seen in."""
    source = probe(ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4")
    footage = footage_of(source, STILL_S, Fraction(1), PICTURE)
    picture = compose.composed(footage, Framing(1920, 1080, "crop", (0.5, 0.5), "#000000"), FPS)
    held = picture.filter("trim", end_frame=1).filter("loop", loop=-1, size=1).filter("setpts", f"N/{FPS}/TB")
    ffmpeg.run(["-v", "error", *compose.arguments(compose.encoded(held, out, GOP, options))], folder, 900)
    return folder / out


def _change_at_joins(chunks: list[Path], folder: Path) -> tuple[float, int]:
    """Mean and largest change of a pixel's luma, in levels of 255, from the last picture of a chunk to the next one's
    first.
    """
    join([look_at_chunk(chunk) for chunk in chunks], None, FPS, GOP * len(chunks), folder / "still.mp4")
    with av.open(str(folder / "still.mp4")) as container:
        planes = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    steps = [np.abs(planes[n] - planes[n - 1]) for n in range(GOP, len(planes), GOP)]
    return max(float(step.mean()) for step in steps), max(int(step.max()) for step in steps)


def _psnr(path: Path, reference: Path, folder: Path) -> list[float]:
    graph = "[0:v]setpts=N[a];[1:v]setpts=N[b];[a][b]psnr=stats_file=psnr.log"
    command = ["-v", "error", "-i", str(path), "-i", str(reference), "-lavfi", graph, "-f", "null", "-"]
    ffmpeg.run(command, folder, 900)
    return [min(float(v), 99.0) for v in re.findall(r"psnr_avg:([\d.]+|inf)", (folder / "psnr.log").read_text())]


def main() -> None:
    encoding, total = Encoding(FPS, GOP), GOP * CHUNKS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = ",".join(str(Fraction(GOP * n) / FPS) for n in range(CHUNKS))
        chunks = [_encode(n * GOP, GOP, f"{n}.mp4", folder, clean_options(encoding, f"s{n}")) for n in range(CHUNKS)]
        join([look_at_chunk(chunk) for chunk in chunks], None, FPS, total, folder / "joined.mp4")
        whole = _encode(0, total, "whole.mp4", folder, {**clean_options(encoding, "s"), "force_key_frames": keys})
        lossless = {
            **plain_options(encoding),
            "preset": "ultrafast",
            "profile:v": "high444",
            "x264-params": "qp=0",
            "crf": 0,
        }
        reference = _encode(0, total, "reference.mp4", folder, lossless)
        ours, one = _psnr(folder / "joined.mp4", reference, folder), _psnr(whole, reference, folder)
        sizes = (folder / "joined.mp4").stat().st_size, whole.stat().st_size
        clean = [_still(f"clean{n}.mp4", folder, clean_options(encoding, f"still{n}")) for n in range(4)]
        bps = [Fraction(look_at_chunk(chunk).video_bytes * 8) * FPS / GOP for chunk in clean]
        mixed = [
            _still(f"branch{n}.mp4", folder, branch_options(encoding, f"still{n}", bps[n])) if n % 2 else clean[n]
            for n in range(4)
        ]
        stills = {
            "clean to clean": _change_at_joins(clean, folder),
            "clean to a language": _change_at_joins(mixed, folder),
        }
    near = [mean(one[n - 3 : n + 3]) - mean(ours[n - 3 : n + 3]) for n in range(GOP, total, GOP)]
    print(f"frames {len(ours)} and {len(one)}; bytes {sizes[0] / sizes[1]:.4f} of one piece")
    print(f"mean PSNR {mean(ours):.2f} dB joined, {mean(one):.2f} dB in one piece")
    for name, (average, most) in stills.items():
        print(f"a join in a still scene, {name}: {average:.2f} levels of 255 on average, {most} at most")
    print(
        f"round the joins: at most {max(near):.2f} dB below one piece, {mean(near):.2f} dB on average; lowest "
        f"{min(ours):.2f} dB"
    )


if __name__ == "__main__":
    main()
