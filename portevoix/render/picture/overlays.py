"""Images over the picture: one branch of it for each set of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from portevoix.drawing.motion import Glide
from portevoix.ffmpeg import input_options
from portevoix.render.picture.graph import split, tagged


@dataclass(frozen=True)
class ImageOverlay:
    """One image over the picture from `first` up to, not including, `end`, counted in the chunk's frames, still or
    gliding.
    """

    image: Path
    x: int
    y: int
    first: int
    end: int
    glide: Glide | None = None


def branches(stream: Any, sets: Sequence[Sequence[ImageOverlay]], fps: Fraction) -> list[Any]:
    """`stream` once for each set of images, with these over it.

    Each image is decoded once, whatever the number of branches, and shown by frame number, so its change is exact.
    """
    uses: dict[Path, list[Any]] = {}
    counts = Counter(overlay.image for overlays in sets for overlay in overlays)
    for image, count in counts.items():
        uses[image] = split(_image(image, fps), count)
    finished = []
    for copy, overlays in zip(split(stream, len(sets)), sets, strict=True):
        picture = copy
        for overlay in overlays:
            if overlay.glide:
                picture = _glided(picture, uses[overlay.image].pop(), overlay, overlay.glide, fps)
                continue
            picture = picture.overlay(
                uses[overlay.image].pop(),
                x=overlay.x,
                y=overlay.y,
                eof_action="repeat",
                format="yuv420",
                enable=f"between(n,{overlay.first},{overlay.end - 1})",
            )
        finished.append(tagged(picture))
    return finished


def _glided(picture: Any, image: Any, overlay: ImageOverlay, glide: Glide, fps: Fraction) -> Any:
    """An image that comes or goes: it slides with easing while its alpha rises, or falls."""
    steps, first, end = glide.count + 1, overlay.first, overlay.end
    seen = (
        image.filter("tpad", stop=steps, stop_mode="clone")
        .filter("fade", type="out" if glide.leaving else "in", start_frame=0, nb_frames=steps, alpha=1)
        .filter("trim", start_frame=glide.number + 1, end_frame=glide.number + 1 + end - first)
        .filter("setpts", f"(N+{first})/({fps.numerator}/{fps.denominator})/TB")
    )
    done = f"(n-{first - glide.number})/{steps}"  # its `n` counts from 1 here, and from 0 in `enable`
    away = f"pow({done},3)" if glide.leaving else f"pow(1-{done},3)"
    x, y = (
        f"2*round(({at}+{distance}*{away})/2)" if distance else at
        for at, distance in ((overlay.x, glide.dx), (overlay.y, glide.dy))
    )
    return picture.overlay(seen, x=x, y=y, eof_action="repeat", format="yuv420", enable=f"between(n,{first},{end - 1})")


def _image(path: Path, fps: Fraction) -> Any:
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{path}", **input_options("png_pipe"), framerate=rate)
    image = image.filter("scale", out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+full_chroma_int")
    return tagged(image.filter("format", "yuva420p"))
