"""A film as a project of MLT: footage on the lowest track, and strips of images over it, each on a track with one
transition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from PIL import Image

LARGEST_GROWTH = 1.5  # a strip is blended whole: images that would make it larger than this get a track of their own

Box = tuple[int, int, int, int]  # left, top, right, bottom


@dataclass
class _Strip:
    """Images that never stand at once, and the box that holds them all."""

    box: Box
    images: list[dict[str, Any]] = field(default_factory=list)


def write_project(film: dict[str, Any], name: str, folder: Path) -> Path:
    """The project file, and the images that it names: each as large as its strip, so that one transition places them
    all.
    """
    strips = _strips(film["images"])
    (width, height), (rate, per) = film["size"], film["fps"]
    lines = [
        "<mlt>",
        f'<profile width="{width}" height="{height}" progressive="1" sample_aspect_num="1" sample_aspect_den="1" '
        f'display_aspect_num="{width}" display_aspect_den="{height}" frame_rate_num="{rate}" '
        f'frame_rate_den="{per}" colorspace="709"/>',
    ]
    lines += _footage(film)
    for number, strip in enumerate(strips):
        lines += _track(strip, number, film["frames"], f"{name}-{number}", folder)
    lines.append(
        f'<producer id="sound" out="{film["frames"] - 1}"><property '
        f'name="resource">{film["sound"]}</property></producer>'
    )
    lines.append('<tractor id="film"><track producer="picture"/>')
    lines += [f'<track producer="strip{number}"/>' for number in range(len(strips))]
    lines.append('<track producer="sound" hide="video"/>')
    for number, strip in enumerate(strips):
        left, top, right, bottom = strip.box
        first, end = min(i["first"] for i in strip.images), max(i["end"] for i in strip.images)
        lines.append(
            f'<transition in="{first}" out="{end - 1}"><property name="mlt_service">composite</property>'
            f'<property name="a_track">0</property><property name="b_track">{number + 1}</property>'
            f'<property name="geometry">{left}/{top}:{right - left}x{bottom - top}</property>'
            '<property name="progressive">1</property><property name="distort">1</property></transition>'
        )
    lines.append(
        '<transition><property name="mlt_service">mix</property><property name="a_track">0</property>'
        f'<property name="b_track">{len(strips) + 1}</property><property name="sum">1</property></transition>'
    )
    lines += ["</tractor>", "</mlt>"]
    path = folder / f"{name}.mlt"
    path.write_text("\n".join(lines), "utf-8")
    return path


def _footage(film: dict[str, Any]) -> list[str]:
    lines, entries = [], []
    rate = film["fps"][0] / film["fps"][1]
    for number, scene in enumerate(film["scenes"]):
        if scene["file"] is None:
            colour = scene["ground"].replace("#", "#ff")
            lines.append(
                f'<producer id="scene{number}"><property name="mlt_service">color</property>'
                f'<property name="resource">{colour}</property></producer>'
            )
            first = 0
        else:
            left, top, width, height = scene["seen"]
            edges = {
                "left": left,
                "top": top,
                "right": scene["size"][0] - left - width,
                "bottom": scene["size"][1] - top - height,
            }
            cut = "".join(f'<property name="{side}">{pixels}</property>' for side, pixels in edges.items())
            lines.append(
                f'<producer id="scene{number}"><property name="resource">{scene["file"]}</property>'
                '<property name="mlt_service">avformat</property><property name="audio_index">-1</property>'
                f'<filter><property name="mlt_service">crop</property>{cut}</filter></producer>'
            )
            first = round(scene["from_s"] * rate)
        entries.append(f'<entry producer="scene{number}" in="{first}" out="{first + scene["frames"] - 1}"/>')
    return [*lines, f'<playlist id="picture">{"".join(entries)}</playlist>']


def _strips(images: list[dict[str, Any]]) -> list[_Strip]:
    strips: list[_Strip] = []
    for image in images:
        with Image.open(image["file"]) as opened:
            box = (image["x"], image["y"], image["x"] + opened.width, image["y"] + opened.height)
        for strip in strips:
            grown = _around(strip.box, box)
            apart = all(i["end"] <= image["first"] or image["end"] <= i["first"] for i in strip.images)
            if apart and _area(grown) <= LARGEST_GROWTH * max(_area(strip.box), _area(box)):
                strip.box = grown
                strip.images.append(image)
                break
        else:
            strips.append(_Strip(box, [image]))
    return strips


def _track(strip: _Strip, number: int, frames: int, name: str, folder: Path) -> list[str]:
    lines, entries, at = [], [], 0
    left, top, right, bottom = strip.box
    for count, image in enumerate(sorted(strip.images, key=lambda image: int(image["first"]))):
        file = folder / f"{name}-{count}.png"
        with Image.open(image["file"]) as opened:
            sheet = Image.new("RGBA", (right - left, bottom - top))
            sheet.paste(opened.convert("RGBA"), (image["x"] - left, image["y"] - top))
        sheet.save(file, compress_level=1)
        length = image["end"] - image["first"]
        lines.append(
            f'<producer id="image{number}-{count}" in="0" out="{length - 1}"><property '
            f'name="resource">{file}</property>'
            f'<property name="length">{length}</property><property name="ttl">{length}</property></producer>'
        )
        if image["first"] > at:
            entries.append(f'<blank length="{image["first"] - at}"/>')
        entries.append(f'<entry producer={quoteattr(f"image{number}-{count}")} in="0" out="{length - 1}"/>')
        at = image["end"]
    if at < frames:
        entries.append(f'<blank length="{frames - at}"/>')
    return [*lines, f'<playlist id="strip{number}">{"".join(entries)}</playlist>']


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])
