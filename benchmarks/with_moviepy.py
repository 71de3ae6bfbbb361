"""One film made by MoviePy 2: `with_moviepy.py FILM.json OUT.mp4 THREADS`, as `others.described` writes the film."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from moviepy import ColorClip, CompositeVideoClip, ImageClip, VideoClip, VideoFileClip, concatenate_videoclips
from PIL import ImageColor

COLOUR = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def scene(part: dict[str, Any], size: tuple[int, int], fps: float) -> VideoClip:
    """Footage that fills the frame; or plain ground.

    Cropped first and then enlarged: less than half the time of `target_resolution`, which enlarges and pipes what
    nobody sees.
    """
    length_s = part["frames"] / fps
    if part["file"] is None:
        return ColorClip(size, ImageColor.getrgb(part["ground"])[:3], duration=length_s).with_fps(fps)
    left, top, width, height = part["seen"]
    clip = VideoFileClip(part["file"], audio=False).cropped(x1=left, y1=top, width=width, height=height)
    clip = clip.subclipped(part["from_s"], min(part["from_s"] + length_s, clip.duration)).with_duration(length_s)
    return clip.resized(size)


def main(described: str, out: str, threads: str) -> None:
    film = json.loads(Path(described).read_text("utf-8"))
    size, fps = tuple(film["size"]), film["fps"][0] / film["fps"][1]
    picture = concatenate_videoclips([scene(part, size, fps) for part in film["scenes"]])
    images = [
        ImageClip(image["file"])
        .with_start(image["first"] / fps)
        .with_duration((image["end"] - image["first"]) / fps)
        .with_position((image["x"], image["y"]))
        for image in film["images"]
    ]
    # The picture as the ground: without, every frame would be laid over a black one first.
    made = CompositeVideoClip([picture, *images], use_bgclip=True).with_duration(film["frames"] / fps)
    made.write_videofile(
        out,
        fps=fps,
        codec="libx264",
        preset="veryfast",
        audio=film["sound"],
        threads=int(threads) or None,
        ffmpeg_params=["-crf", "20", "-g", str(film["gop"]), *COLOUR, "-movflags", "+faststart"],
        pixel_format="yuv420p",
        logger=None,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
