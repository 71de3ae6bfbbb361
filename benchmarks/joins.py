"""Joined chunks against the same stretch encoded in one piece, both compared with the uncompressed composition.

Prints frames, bytes, mean PSNR and the PSNR of the three frames each side of every join.
"""

from __future__ import annotations

import re
import tempfile
from fractions import Fraction
from pathlib import Path
from statistics import mean

from portevoix import ffmpeg
from portevoix.render import compose
from portevoix.render.compose import Footage, Framing
from portevoix.render.encoding import Encoding
from portevoix.render.join import join
from portevoix.sources.probe import probe

ROOT = Path(__file__).resolve().parents[1]
FPS, GOP, CHUNKS, FIRST_S = Fraction(24), 48, 8, Fraction(12)


def _encode(start_frame: int, frames: int, out: str, folder: Path, options: dict[str, object]) -> Path:
    source = probe(ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4")
    start = FIRST_S + Fraction(start_frame) / FPS
    footage = Footage(source.path, source.demuxer, start, Fraction(1), source.assumed_matrix, False, (0, 92, 1280, 536))
    picture = compose.composed(footage, Framing(1920, 1080, "crop", (0.5, 0.5), "#000000"), FPS)
    ffmpeg.run(["-v", "error", *compose.arguments(compose.encoded(picture, out, frames, options))], folder, 900)
    return folder / out


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
        chunks = [_encode(n * GOP, GOP, f"{n}.mp4", folder, encoding.clean(f"s{n}")) for n in range(CHUNKS)]
        join(chunks, None, FPS, total, folder / "joined.mp4")
        whole = _encode(0, total, "whole.mp4", folder, {**encoding.clean("s"), "force_key_frames": keys})
        lossless = {**encoding.plain(), "preset": "ultrafast", "profile:v": "high444", "x264-params": "qp=0", "crf": 0}
        reference = _encode(0, total, "reference.mp4", folder, lossless)
        ours, one = _psnr(folder / "joined.mp4", reference, folder), _psnr(whole, reference, folder)
        sizes = (folder / "joined.mp4").stat().st_size, whole.stat().st_size
    near = [mean(one[n - 3 : n + 3]) - mean(ours[n - 3 : n + 3]) for n in range(GOP, total, GOP)]
    print(f"frames {len(ours)} and {len(one)}; bytes {sizes[0] / sizes[1]:.4f} of one piece")
    print(f"mean PSNR {mean(ours):.2f} dB joined, {mean(one):.2f} dB in one piece")
    print(
        f"round the joins: at most {max(near):.2f} dB below one piece, {mean(near):.2f} dB on average; lowest {min(ours):.2f} dB"
    )


if __name__ == "__main__":
    main()
