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
            picture = _shown(picture, uses[overlay.image].pop(), overlay, overlay.x, overlay.y)
        finished.append(tagged(picture))
    return finished


def _glided(picture: Any, image: Any, overlay: ImageOverlay, glide: Glide, fps: Fraction) -> Any:
    """An image that comes or goes with easing: masked by its own place, or sliding while its alpha rises, or falls."""
    steps, first, end = glide.count + 1, overlay.first, overlay.end
    begins, ends = glide.number + 1, glide.number + 1 + end - first
    seen = image.filter("tpad", stop=max(steps, ends), stop_mode="clone")
    if not glide.masked:
        seen = seen.filter("fade", type="out" if glide.leaving else "in", start_frame=0, nb_frames=steps, alpha=1)
    seen = seen.filter("trim", start_frame=begins, end_frame=ends).filter(
        "setpts", f"(N+{first})/({fps.numerator}/{fps.denominator})/TB"
    )
    if glide.masked:
        return _shown(picture, _behind_mask(seen, glide), overlay, overlay.x, overlay.y)
    away = _away(f"n-{first - glide.number}", glide)  # its `n` counts from 1 here, and from 0 in `enable`
    x, y = (
        f"2*round(({at}+{distance}*{away})/2)" if distance else at
        for at, distance in ((overlay.x, glide.dx), (overlay.y, glide.dy))
    )
    return _shown(picture, seen, overlay, x, y)


def _behind_mask(image: Any, glide: Glide) -> Any:
    """The image on its way into its own place, of which it shows no more than what lies there already."""
    if glide.cell:
        passed = f"2*round((ih-{glide.cell})*(1-{_away(f'n+{glide.number + 1}', glide)})/2)"
        return image.filter("crop", "iw", glide.cell, 0, passed)
    room = {"iw": "2*ceil(iw/2)", "ih": "2*ceil(ih/2)"}
    wide, high = bool(glide.dx), bool(glide.dy)
    whole = image.filter(
        "pad",
        f"{room['iw']}*{1 + wide}",
        f"{room['ih']}*{1 + high}",
        room["iw"] if glide.dx > 0 else 0,
        room["ih"] if glide.dy > 0 else 0,
        "black@0",
    )
    away = _away(f"n+{glide.number + 1}", glide)
    left, top = (
        f"2*round(({side}-{distance}*{away})/2)" if distance > 0 else f"2*round({-distance}*{away}/2)"
        for side, distance in (("iw/2", glide.dx), ("ih/2", glide.dy))
    )
    return whole.filter("crop", f"iw/{1 + wide}", f"ih/{1 + high}", left, top)


def _away(frame: str, glide: Glide) -> str:
    """How far from its place a drawing is, 1 to 0 of its whole way, or `leaving`, 0 to 1."""
    done = f"min(1,({frame})/{glide.count + 1})"
    return f"pow({done},{glide.power})" if glide.leaving else f"pow(1-{done},{glide.power})"


def _shown(picture: Any, image: Any, overlay: ImageOverlay, x: int | str, y: int | str) -> Any:
    enable = f"between(n,{overlay.first},{overlay.end - 1})"
    return picture.overlay(image, x=x, y=y, eof_action="repeat", format="yuv420", enable=enable)


def _image(path: Path, fps: Fraction) -> Any:
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{path}", **input_options("png_pipe"), framerate=rate)
    image = image.filter("scale", out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+full_chroma_int")
    return tagged(image.filter("format", "yuva420p"))
