"""Photos of a hundred megapixels and the move over a photo: the figures of docs/photos.md.

Each file is looked at and prepared in a process of its own, whose highest memory is measured; the move is a dot in a
photo, found again in every frame and compared with where the curve wants it.

    python benchmarks/photos.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import ffmpeg as graphs
import numpy as np
import pyvips
from numpy.typing import NDArray
from PIL import Image

from portevoix import ffmpeg
from portevoix.delivery.poster.choice import choose_poster
from portevoix.plan.composition import Framing
from portevoix.plan.photo_move import PhotoMove, Window, choose_move, longest_side_px
from portevoix.render import picture as compose
from portevoix.render.photo_move import EASES, move_filters
from portevoix.render.picture import Still

ROOT = Path(__file__).resolve().parents[1]
TRAILER = ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4"
HUGE, LONGEST_PX = (12_000, 8_334), 2_880
PHOTO, CAMERA, FRAME, RATE, FRAMES = (1_600, 900), (6_000, 4_000), (640, 360), Fraction(25), 125
MOVE = PhotoMove(Window(0, 0, 1, 1), Window(0.06, 0.08, 0.85, 0.85), FRAMES)
ENLARGED = 4  # what a careful editor enlarges a photo by, before zoompan
DOT = (851.3, 611.7)

PEAK = """
import sys
from pathlib import Path
from portevoix.sources.photo import look_at_photo, prepare_photo
from portevoix.store import FolderStore
import pyvips
def peak():  # of this process alone: getrusage counts what its parent held before
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000 * 1.024
before = peak()
photo = look_at_photo(Path(sys.argv[1]))
looked_at = peak()
prepare_photo(photo, int(sys.argv[3]), "#10182a", FolderStore(Path(sys.argv[2])))
print(before, looked_at, peak())
"""
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": (".jpg", {"Q": 90, "subsample_mode": "on"}),
    "the same, turned by its EXIF tag": (".jpg", {"Q": 90, "subsample_mode": "on", "orientation": 6}),
    "progressive JPEG": (".jpg", {"Q": 90, "subsample_mode": "on", "interlace": True}),
    "the same, its colours not halved": (".jpg", {"Q": 90, "subsample_mode": "off", "interlace": True}),
    "PNG": (".png", {"compression": 1}),
    "WebP": (".webp", {"Q": 80, "effort": 0}),
    "TIFF, LZW, tiled": (".tif", {"compression": "lzw", "tile": True}),
}

Points = NDArray[np.float64]
Way = Callable[[Any], Any]


def memory(folder: Path) -> Iterator[str]:
    """What each kind of file costs, in megabytes at the peak."""
    small = pyvips.Image.gaussnoise(HUGE[0] // 8, HUGE[1] // 8 + 1, sigma=40, mean=128)
    picture = small.resize(8, kernel="cubic").crop(0, 0, *HUGE) + pyvips.Image.gaussnoise(*HUGE, sigma=3, mean=0)
    picture = picture.cast("uchar").bandjoin(
        [picture.linear(0.8, 20).cast("uchar"), picture.linear(-0.7, 220).cast("uchar")]
    )
    picture = picture.copy(interpretation="srgb")
    for name, (suffix, options) in FILES.items():
        file = folder / f"photo{suffix}"
        turned = options.get("orientation")
        rest = {key: value for key, value in options.items() if key != "orientation"}
        made = picture
        if turned:
            made = picture.copy()
            made.set_type(pyvips.GValue.gint_type, "orientation", turned)
        made.write_to_file(str(file), **rest)
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PEAK, str(file), str(folder / name), str(LONGEST_PX)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout.split()
        before, looked_at, prepared = (float(value) for value in told)
        yield (
            f"| {name}, {file.stat().st_size / 1e6:.0f} MB | {looked_at:.0f} MB | {prepared:.0f} MB | (before it: "
            f"{before:.0f} MB)"
        )
        file.unlink()


def _dot(file: Path) -> Path:
    down, across = np.mgrid[0 : PHOTO[1], 0 : PHOTO[0]] + 0.5
    dot = 40 + 190 * np.exp(-((across - DOT[0]) ** 2 + (down - DOT[1]) ** 2) / 2 / 12**2)
    Image.fromarray(dot.round().astype(np.uint8)).convert("RGB").save(file)
    return file


def _seen(photo: Path, way: Way, folder: Path) -> Points:
    """Where the dot's middle lies in each frame, in pixels."""
    stream = way(graphs.input(f"file:{photo}", f="png_pipe", framerate=str(RATE)))
    output = compose.encoded(stream.filter("format", "gray"), "frames", FRAMES, {"f": "rawvideo", "pix_fmt": "gray"})
    ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, 600, encodes=False)
    frames = np.fromfile(folder / "frames", np.uint8).reshape(FRAMES, FRAME[1], FRAME[0]).astype(float)
    light = np.clip(frames - 70, 0, None)
    down, across = np.mgrid[0 : FRAME[1], 0 : FRAME[0]] + 0.5
    total = light.sum(axis=(1, 2))
    return np.stack([(light * across).sum(axis=(1, 2)) / total, (light * down).sum(axis=(1, 2)) / total], axis=1)


def _perspective(stream: Any) -> Any:
    for name, options in move_filters(MOVE, PHOTO, FRAME, 0):
        stream = stream.filter(name, **options)
    return stream


def _zoompan(enlarged: int) -> Way:
    """The same move by zoompan, its windows as expressions of the frame's number."""
    part = EASES[MOVE.ease].format(t=f"(on/{FRAMES - 1})")
    width, x, y = (
        f"({a}+({b}-{a})*{part})"
        for a, b in ((getattr(MOVE.start, side), getattr(MOVE.end, side)) for side in ("width", "x", "y"))
    )

    def way(stream: Any) -> Any:
        return stream.filter("scale", PHOTO[0] * enlarged, PHOTO[1] * enlarged, flags="lanczos").filter(
            "zoompan", z=f"1/{width}", x=f"iw*{x}", y=f"ih*{y}", d=FRAMES, s=f"{FRAME[0]}x{FRAME[1]}", fps=str(RATE)
        )

    return way


def tremor(folder: Path) -> Iterator[str]:
    """How far a dot lies from its curve, by three ways of moving."""
    photo = _dot(folder / "dot.png")
    ways: dict[str, Way] = {
        "`perspective`, as used": _perspective,
        f"`zoompan` on a photo enlarged {ENLARGED} times": _zoompan(ENLARGED),
        "`zoompan`": _zoompan(1),
    }
    windows = [MOVE.at(frame) for frame in range(FRAMES)]
    wanted = np.array(
        [
            [(DOT[n] / PHOTO[n] - at) / side * FRAME[n] for n, at, side in ((0, w.x, w.width), (1, w.y, w.height))]
            for w in windows
        ]
    )
    for name, way in ways.items():
        seen = _seen(photo, way, folder)
        off = seen - wanted
        yield f"| {name} | {np.abs(off).max():.2f} px | {off.std(axis=0).max():.2f} px | {_jump(seen):.2f} px |"
    yield f"the curve itself jumps by {_jump(wanted):.2f} px at most"


def _jump(points: Points) -> float:
    """The largest change from one step to the next."""
    return float(np.abs(np.diff(points, n=2, axis=0)).max())


def cost(folder: Path) -> Iterator[str]:
    """CPU seconds of one frame of a move, composed and thrown away."""
    for frame in ((1920, 1080), (1080, 1920)):
        move = choose_move(CAMERA, frame, (0.7, 0.3), FRAMES, RATE, 0)
        longest = longest_side_px(move, CAMERA, frame)
        size = (longest, round(longest * CAMERA[1] / CAMERA[0]))
        pyvips.Image.gaussnoise(*size, mean=128, sigma=40).cast("uchar").pngsave(
            str(folder / "camera.png"), compression=1
        )
        picture = compose.composed(
            Still(folder / "camera.png", size, move, 0), Framing(*frame, "crop", (0.7, 0.3), "#000000"), RATE
        )
        spent = _children_s(partial(_thrown_away, picture, folder))
        kind = "zoom" if move.start.width != move.end.width else "pan"
        yield f"{frame[0]}x{frame[1]}, {kind}: {spent / FRAMES:.2f} s of CPU a frame"


def _thrown_away(picture: Any, folder: Path) -> None:
    output = compose.encoded(picture, "-", FRAMES, {"f": "null"})
    ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, 600, encodes=False)


def _children_s(what: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    what()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"a photo of {HUGE[0]}x{HUGE[1]} pixels, prepared {LONGEST_PX} pixels long; peak of a process")
        print("| file | looked at | prepared |\n|---|---|---|")
        for line in memory(folder):
            print(line, flush=True)
        print("| way | furthest off | spread | largest jump from one step to the next |\n|---|---|---|---|")
        for line in tremor(folder):
            print(line, flush=True)
        for line in cost(folder):
            print(line, flush=True)
        print(f"a poster looked for in the trailer: {poster():.1f} s of CPU")


def poster() -> float:
    """CPU seconds of a search for the best frame."""
    before = time.process_time()
    choose_poster(TRAILER)
    return time.process_time() - before


if __name__ == "__main__":
    main()
