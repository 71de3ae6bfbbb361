"""A copy for one reader: the picture of a finished file with the reader's name over all of it."""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image

from portevoix import ffmpeg
from portevoix.delivery.manifest import Delivery
from portevoix.drawing.text import Style, Typesetter, direction_of, write_png
from portevoix.files import whole
from portevoix.render.deadline import deadline_s
from portevoix.store.working_folders import working_folder

ANGLE = 24.0  # degrees: no crop to another shape of picture leaves it out
SIZE = 1 / 22  # of the longer side
GAP = 2.5  # between two names, in heights of the letters
OPACITY = 0.34
SHADOW_PX = 1 / 14  # of the letters' height: white is seen on white
LONGEST_SIDE_PX = 1280  # of a video's copy: it is made while its reader waits
PICTURES = {".jpg": "JPEG", ".png": "PNG"}
VIDEOS = (".mp4",)
WITHOUT_PICTURE = (".srt", ".vtt", ".txt", ".json", ".otio", ".edl", ".flac", ".wav", ".aac")


def can_be_marked(name: str) -> bool:
    """Whether a file of this name has a picture that can be marked."""
    return Path(name).suffix in (*PICTURES, *VIDEOS)


def has_picture(name: str) -> bool:
    """Whether a file of this name may show a picture: every one that is not known to have none."""
    return Path(name).suffix not in WITHOUT_PICTURE


def make_review_copy(delivery: Delivery, file: Path, text: str, target: Path, setter: Typesetter) -> None:
    """Write a copy of a delivered still or video with `text` over its picture to `target`; whole or not at all.

    A video's copy is at most 1280 pixels long and roughly encoded: it is for looking at. Raises RenderFailed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole(target, durable=False) as partial:
        if kind := PICTURES.get(Path(delivery.path).suffix):  # the file itself lies under its digest
            _mark_still(file, kind, text, partial, setter)
        else:
            _mark_video(delivery, file, text, partial, setter)


def mark(size: tuple[int, int], text: str, setter: Typesetter) -> Image.Image:
    """The text again and again, aslant, over a picture of this size; clear between."""
    height = max(12, round(max(size) * SIZE))
    word = _word(text, height, setter)
    side = math.ceil(math.hypot(*size))
    field = Image.new("RGBA", (side, side))
    across, down = word.width + round(height * 2 * GAP), word.height + round(height * GAP)
    for row, top in enumerate(range(0, side, down)):
        for left in range(-(across // 2) * (row % 2), side, across):
            field.paste(word, (left, top), word)
    turned = field.rotate(ANGLE, Image.Resampling.BICUBIC)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    found = turned.crop((left, top, left + size[0], top + size[1]))
    found.putalpha(found.getchannel("A").point(lambda alpha: round(alpha * OPACITY)))
    return found


def _word(text: str, height: int, setter: Typesetter) -> Image.Image:
    """The text once, white with a dark shadow."""
    families = setter.fonts.families((), "Latn")
    direction = "rtl" if direction_of(text, "rtl") == "rtl" else "ltr"

    def line(colour: tuple[int, int, int]) -> Image.Image:
        return setter.line(text, Style(families, "bold", height, colour, direction)).image

    light, dark = line((255, 255, 255)), line((0, 0, 0))
    shadow = max(1, round(height * SHADOW_PX))
    word = Image.new("RGBA", (light.width + shadow, light.height + shadow))
    word.paste(dark, (shadow, shadow), dark)
    word.alpha_composite(light)
    return word


def _mark_still(file: Path, kind: str, text: str, target: Path, setter: Typesetter) -> None:
    with Image.open(file, formats=list(PICTURES.values())) as opened:
        picture = opened.convert("RGBA")
    picture.alpha_composite(mark(picture.size, text, setter))
    picture.convert("RGB").save(target, kind, quality=85)


def _mark_video(delivery: Delivery, file: Path, text: str, target: Path, setter: Typesetter) -> None:
    size = _reduced(delivery)
    with working_folder(target.parent / ".work") as folder:
        write_png(mark(size, text, setter), folder / "mark.png")
        limits = [word for name, value in ffmpeg.input_options("mov").items() for word in (f"-{name}", str(value))]
        pictures = f"[0:v]scale={size[0]}:{size[1]}[small];[small][1:v]overlay=format=auto,format=yuv420p[marked]"
        shown = ["-filter_complex", pictures, "-map", "[marked]", "-map", "0:a?", "-c:a", "copy"]
        encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "27", "-movflags", "+faststart", "-f", "mp4"]
        drawn = ["-f", "png_pipe", "-i", "mark.png"]
        deadline = deadline_s(delivery.frames or 0)
        ffmpeg.run([*limits, "-i", str(file), *drawn, *shown, *encoded, "marked.mp4"], folder, deadline)
        (folder / "marked.mp4").replace(target)


def _reduced(delivery: Delivery) -> tuple[int, int]:
    """The size of a video's copy, in even pixels."""
    width, height = delivery.width or LONGEST_SIDE_PX, delivery.height or LONGEST_SIDE_PX
    part = min(1.0, LONGEST_SIDE_PX / max(width, height))
    return 2 * round(width * part / 2), 2 * round(height * part / 2)
