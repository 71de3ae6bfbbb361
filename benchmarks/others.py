"""The other sides: what a careful engineer takes instead. Each is given our drawings and our finished sound, and their
cost is not counted.

x264 `veryfast` at `crf 20` throughout, a key frame every two seconds (the distance that every placement takes), the
sound copied.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph
from matrix import Film, pictures, processors
from measuring import Command, Hung, Took, measured, several

from portevoix import ffmpeg
from portevoix.library import ROOT
from portevoix.plan.composition import Framing
from portevoix.render import picture as compose
from portevoix.render.picture import Footage
from portevoix.sources.probe import probe
from portevoix.timeline.model import GOP_S

X264 = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": 20,
    "profile:v": "high",
    "pix_fmt": "yuv420p",
    "colorspace": "bt709",
    "color_primaries": "bt709",
    "color_trc": "bt709",
    "color_range": "tv",
}
MELT_SILENT_S, MOST_TRIES = (
    20,
    3,
)  # melt 7.12 locks itself up at its start now and then (seen once in about twenty runs)


@dataclass(frozen=True)
class Setting:
    """Threads of each encoder (0: as many as x264 likes), and how many processes run at once."""

    threads: int
    at_once: int

    @property
    def name(self) -> str:
        threads = "automatic threads" if not self.threads else f"{self.threads} thread{'s' * (self.threads > 1)}"
        return f"{threads}, {self.at_once} at once" if self.at_once > 1 else threads


def settings() -> tuple[Setting, ...]:
    """What is tried for programs that make one file each."""
    count = processors()
    return tuple(dict.fromkeys((Setting(0, 1), Setting(count, 1), Setting(1, count), Setting(0, count))))


def split_settings() -> tuple[Setting, ...]:
    """What is tried where one program makes a format's files."""
    return Setting(0, 1), Setting(1, 1)


def x264(film: Film, setting: Setting) -> dict[str, Any]:
    gop = int(film.fps * GOP_S)
    return {**X264, "g": gop, "threads": setting.threads, "x264-params": "open-gop=0"}


def _words(arguments: Sequence[str], setting: Setting) -> list[str]:
    """The engine reads with one thread; here the decoder has as many as the encoder."""
    words = list(arguments)
    for at in range(len(words) - 3):
        if words[at] == "-threads" and words[at + 2] == "-i" and words[at + 3].endswith(".mp4"):
            words[at + 1] = str(setting.threads)
    return [ffmpeg.executable(), "-nostdin", "-hide_banner", "-y", "-v", "error", *words]


def one_file(film: Film, setting: Setting, folder: Path) -> Command:
    """One ffmpeg that makes one film: framed, drawn on, encoded, with its sound."""
    return _files([film], setting, folder)


def _files(films: Sequence[Film], setting: Setting, folder: Path) -> Command:
    sound = graph.input(f"file:{films[0].sound}", f="aac")["a"]
    shown = pictures(films[0], [film.overlays for film in films])
    outputs = [
        graph.output(
            picture,
            sound,
            f"{film.name}.mp4",
            **x264(film, setting),
            **{"frames:v": film.frame_count},
            **{"c:a": "copy", "movflags": "+faststart", "f": "mp4"},
        )
        for film, picture in zip(films, shown, strict=True)
    ]
    return Command(_words(compose.arguments(*outputs), setting), folder)


def with_split(films: Sequence[Film], setting: Setting, folder: Path) -> Took:
    """One ffmpeg that makes all films of a format: framed once, split, drawn on, encoded."""
    return measured(_files(films, setting, folder))


def files(films: Sequence[Film], setting: Setting, folder: Path) -> Took:
    """One ffmpeg for each film, as many at once as the setting says."""
    return several([one_file(film, setting, folder) for film in films], setting.at_once)


def raw(film: Film, folder: Path) -> Path:
    """The finished pictures as they are, for what only encodes them. A minute of 1080p takes 4.5 GB."""
    (picture,) = pictures(film, [film.overlays])
    output = compose.encoded(picture, f"{film.name}.y4m", film.frame_count, {"f": "yuv4mpegpipe", "strict": -1})
    measured(Command(_words(compose.arguments(output), Setting(0, 1)), folder))
    return folder / f"{film.name}.y4m"


def floor(film: Film, frames: Path, setting: Setting, folder: Path) -> Command:
    """x264 alone, on finished pictures."""
    options = [word for name, value in x264(film, setting).items() for word in (f"-{name}", str(value))]
    # What lies in the file is tagged again, or ffmpeg would turn it into BT.709 once more.
    tags = "setparams=" + ":".join(f"{name}={value}" for name, value in compose.TAGS.items())
    words = ["-i", frames.name, "-vf", tags, *options, f"{film.name}-floor.mp4"]
    return Command([ffmpeg.executable(), "-nostdin", "-hide_banner", "-y", "-v", "error", *words], folder)


def vmaf(video: Path, frames: Path, every: int, folder: Path) -> float:
    """Mean VMAF of a video against raw pictures, of every so many."""
    compare = f"[0:v][1:v]libvmaf=n_threads={processors()}:n_subsample={every}:log_fmt=json:log_path=vmaf.json"
    words = ["-i", str(video), "-i", frames.name, "-lavfi", compare, "-f", "null", "-"]
    measured(Command([ffmpeg.executable(), "-nostdin", "-hide_banner", "-v", "error", *words], folder))
    found: float = json.loads((folder / "vmaf.json").read_text("utf-8"))["pooled_metrics"]["vmaf"]["mean"]
    return found


def _seen(footage: Footage, framing: Framing) -> list[int]:
    """The part of the source that fills the frame: left, top, width, height, in its pixels."""
    left, top, width, height = footage.crop or (0, 0, *probe(footage.path).display_size)
    wanted = Fraction(framing.width, framing.height)
    across, down = min(width, round(height * wanted)), min(height, round(width / wanted))
    (x, y), sides = framing.focus, ((left, width, across), (top, height, down))
    starts = [
        begin + round(min(max(side * at - part / 2, 0), side - part))
        for at, (begin, side, part) in zip((x, y), sides, strict=True)
    ]
    return [*starts, across, down]


def described(film: Film, folder: Path) -> Path:
    """The film as plain values, for programs of other makers."""
    scenes = [
        {
            "file": str(footage.path) if footage else None,
            "from_s": float(footage.start_s) if footage else 0,
            "frames": frames,
            "seen": _seen(footage, framing) if footage else None,
            "size": probe(footage.path).display_size if footage else None,
            "ground": framing.ground,
        }
        for footage, framing, frames in film.scenes
    ]
    content = {
        "size": film.size,
        "fps": [film.fps.numerator, film.fps.denominator],
        "gop": int(film.fps * GOP_S),
        "frames": film.frame_count,
        "scenes": scenes,
        "sound": str(film.sound),
        "images": [{"file": str(o.image), "x": o.x, "y": o.y, "first": o.first, "end": o.end} for o in film.overlays],
    }
    path = folder / f"{film.name}.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


def with_moviepy(film: Film, setting: Setting, folder: Path) -> Command:
    """MoviePy 2, in a process of its own."""
    script = ROOT / "benchmarks" / "with_moviepy.py"
    words = [
        sys.executable,
        str(script),
        str(described(film, folder)),
        f"{film.name}-moviepy.mp4",
        str(setting.threads),
    ]
    return Command(words, folder, {"IMAGEIO_FFMPEG_EXE": ffmpeg.executable()})


def melt_there() -> str | None:
    """Where `melt` is; None where it is not installed (scripts/bench-tools.sh does it)."""
    return shutil.which("melt")


def with_melt(film: Film, setting: Setting, folder: Path) -> Command:
    """MLT's melt."""
    from melt_project import write_project

    project = write_project(json.loads(described(film, folder).read_text("utf-8")), film.name, folder)
    gop = int(film.fps * GOP_S)
    words = [
        melt_there() or "melt",
        "-silent",
        str(project),
        "-consumer",
        f"avformat:{film.name}-melt.mp4",
        "vcodec=libx264",
        "preset=veryfast",
        "crf=20",
        f"g={gop}",
        f"threads={setting.threads}",
        "acodec=aac",
        "ab=192k",
        "movflags=+faststart",
        f"real_time=-{max(1, setting.threads or processors())}",
        "pix_fmt=yuv420p",
        "rescale=bicubic",
    ]
    return Command(words, folder, {"QT_QPA_PLATFORM": "offscreen"}, silent_s=MELT_SILENT_S)


def tried(commands: Sequence[Command], at_once: int) -> Took:
    """All commands; once more, up to three times, where one hangs. Only the time of the run that ends is counted."""
    for _ in range(MOST_TRIES - 1):
        try:
            return several(commands, at_once)
        except Hung as hung:
            print(f" {hung}; again …", end="", flush=True)
    return several(commands, at_once)
