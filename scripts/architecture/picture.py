"""The architecture as one SVG: a storey for each top package, its floors under each other, arrows for what
imports what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from architecture.facts import Place, Storey, as_text
from architecture.layout import BEND, Laid, lay
from architecture.letters import Letters

WIDTH, MARGIN, PADDING = 1160.0, 32.0, 36.0  # pixels, as all that follows
BOX, LINE, FLOOR_GAP, STOREY_GAP = 288.0, 19.0, 50.0, 44.0
PILL = 40.0  # a loose module's height
NAME, SMALL, TITLE = 19.0, 14.0, 26.0  # sizes of type
PORT = 16.0  # between arrows at one box
PAPER, INK, QUIET, ARROW = "#FFFFFF", "#10182A", "#566074", "#7C8AA5"
TINTS = {"api": "#F8F1F7", "workers": "#FBF3EC", "service": "#EFF5F1", "portevoix": "#F0F4FA"}
EDGES = {"api": "#C79BC0", "workers": "#D9A679", "service": "#8DB59B", "portevoix": "#8FA8CF"}
LEGEND = (
    "An arrow means: imports. Left out: arrows that others imply, and arrows to a storey's lowest row below the line."
)


@dataclass(frozen=True)
class Type:
    """The two weights of the picture's font; in the SVG, their letters are named `pa`, `ba` and so on."""

    plain: Letters
    bold: Letters

    def set(self, text: str, x: float, y: float, size: float, colour: str, bold: bool = False) -> str:
        """`text` from its left edge and its baseline."""
        letters, mark = (self.bold, "b") if bold else (self.plain, "p")
        scale = letters.scale(size)
        uses = "".join(f'<use href="#{mark}{ord(letter):x}" x="{at:.0f}"/>' for letter, at in letters.places(text))
        turned = f"translate({x:.1f} {y:.1f}) scale({scale:.5f} {-scale:.5f})"
        return f'<g transform="{turned}" fill="{colour}">{uses}</g>'

    def outlines(self, drawn: str) -> list[str]:
        """The letters that the SVG text `drawn` uses, as its definitions."""
        return [
            f'<path id="{mark}{ord(letter):x}" d="{outline}"/>'
            for mark, letters in (("b", self.bold), ("p", self.plain))
            for letter, outline in letters.outlines(_used(drawn, mark)).items()
        ]


@dataclass(frozen=True)
class Box:
    """A rectangle by its middle on the x axis, its top and its size."""

    middle: float
    top: float
    width: float
    height: float


def draw(tree: Sequence[Storey], type_: Type) -> str:
    """The picture as SVG text; the same tree gives the same text."""
    pieces: list[str] = []
    y = MARGIN
    for storey in tree:
        drawn, height = _storey(storey, y, type_)
        pieces += drawn
        y += height + STOREY_GAP
        if storey.uses and tree[tree.index(storey) + 1].name == storey.uses[0][0]:
            pieces.append(_storey_arrow(y - STOREY_GAP))
    y += SMALL - STOREY_GAP + 22
    pieces.append(type_.set(LEGEND, MARGIN, y, SMALL, QUIET))
    return _document(pieces, y + MARGIN, as_text(tree), type_)


def _used(drawn: str, mark: str) -> str:
    return "".join(chr(int(code, 16)) for code in re.findall(f'href="#{mark}([0-9a-f]+)"', drawn))


def _document(pieces: Sequence[str], height: float, description: str, type_: Type) -> str:
    size = f'width="{WIDTH:.0f}" height="{height:.0f}" viewBox="0 0 {WIDTH:.0f} {height:.0f}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>What imports what in Portevoix</title>",
        f"<desc>{escape(description)}</desc>",
        "<defs>",
        *type_.outlines("".join(pieces)),
        "</defs>",
        f'<rect width="{WIDTH:.0f}" height="{height:.0f}" fill="{PAPER}"/>',
    ]
    return "\n".join([*head, *pieces, "</svg>", ""])


def _storey(storey: Storey, top: float, type_: Type) -> tuple[list[str], float]:
    head, floors_top = _head(storey, top, type_)
    if not storey.floors:
        return _with_back(storey, top, floors_top - 34, head)
    laid, boxes, bottom = _boxes(storey, floors_top, type_)
    arrows = list(_arrows(laid, boxes, EDGES[storey.name]))
    places = [place for floor in storey.floors for place in floor]
    drawn = [piece for place in places for piece in _box(place, boxes[place.name], storey.name, type_)]
    ground, bottom = _ground(storey, bottom, type_)
    return _with_back(storey, top, bottom, [*head, *arrows, *drawn, *ground])


def _with_back(storey: Storey, top: float, bottom: float, drawn: list[str]) -> tuple[list[str], float]:
    height = bottom + PADDING - top
    back = _rectangle(Box(WIDTH / 2, top, WIDTH - 2 * MARGIN, height), TINTS[storey.name], "none", 18)
    return [back, *drawn], height


def _head(storey: Storey, top: float, type_: Type) -> tuple[list[str], float]:
    left = MARGIN + PADDING
    y = top + PADDING + TITLE * 0.75
    pieces = [type_.set(storey.name, left, y, TITLE, INK, bold=True)]
    indent = left + type_.bold.width(storey.name, TITLE) + 18
    pieces.append(type_.set(_sentence(storey), indent, y, NAME - 2, QUIET))
    y += 6
    for name, places in storey.uses:
        for line in type_.plain.wrapped(f"uses of {name}: {', '.join(places)}", SMALL, WIDTH - 2 * left):
            y += LINE + 3
            pieces.append(type_.set(line, left, y, SMALL, QUIET))
    return pieces, y + 34


def _sentence(place: Place | Storey) -> str:
    """Its sentence without the name that stands before it."""
    subject, colon, rest = place.sentence.partition(": ")
    if not colon or subject.lower().removeprefix("the ") not in (place.label, place.name):
        return place.sentence
    return rest[0].upper() + rest[1:]


def _boxes(storey: Storey, top: float, type_: Type) -> tuple[Laid, dict[str, Box], float]:
    places = {place.name: place for floor in storey.floors for place in floor}
    sizes = {name: _size(place, type_) for name, place in places.items()}
    widths = {name: width + 34 for name, (width, _) in sizes.items()} | {BEND: 34.0}
    laid = lay([[place.name for place in floor] for floor in storey.floors], storey.arrows, widths)
    shift = WIDTH / 2 - _centre(laid, widths)
    boxes = {}
    y = top
    for row in laid.rows:
        height = max(sizes[name][1] for name in row if name in sizes)
        for name in row:
            width, own = sizes.get(name, (0.0, height))
            boxes[name] = Box(laid.middles[name] + shift, y + (height - own) / 2, width, own)
        y += height + FLOOR_GAP
    return laid, boxes, y - FLOOR_GAP


def _centre(laid: Laid, widths: dict[str, float]) -> float:
    half = {name: widths.get(name, widths[BEND]) / 2 for name in laid.middles}
    left = min(middle - half[name] for name, middle in laid.middles.items())
    right = max(middle + half[name] for name, middle in laid.middles.items())
    return (left + right) / 2


def _size(place: Place, type_: Type) -> tuple[float, float]:
    if not place.is_package:
        return type_.bold.width(place.label, NAME - 2) + 36, PILL
    lines = type_.plain.wrapped(_sentence(place), SMALL, BOX - 32)
    return BOX, 44 + LINE * len(lines)


def _box(place: Place, box: Box, storey: str, type_: Type) -> Iterator[str]:
    yield _rectangle(box, PAPER, EDGES[storey], 10 if place.is_package else PILL / 2)
    left = box.middle - box.width / 2
    if not place.is_package:
        yield type_.set(place.label, left + 18, box.top + PILL / 2 + 6, NAME - 2, INK, bold=True)
        return
    yield type_.set(place.label, left + 16, box.top + 28, NAME, INK, bold=True)
    for number, line in enumerate(type_.plain.wrapped(_sentence(place), SMALL, BOX - 32)):
        yield type_.set(line, left + 16, box.top + 49 + number * LINE, SMALL, QUIET)


def _ground(storey: Storey, bottom: float, type_: Type) -> tuple[list[str], float]:
    if not storey.ground:
        return [], bottom
    widths = [_size(place, type_)[0] for place in storey.ground]
    top = bottom + 40
    x = WIDTH / 2 - (sum(widths) + 16 * (len(widths) - 1)) / 2
    left, right = MARGIN + PADDING, WIDTH - MARGIN - PADDING
    pieces = [f'<path d="M{left:.1f} {top - 20:.1f}H{right:.1f}" stroke="{EDGES[storey.name]}"/>']
    for place, width in zip(storey.ground, widths, strict=True):
        pieces += _box(place, Box(x + width / 2, top, width, PILL), storey.name, type_)
        x += width + 16
    return pieces, top + PILL


def _arrows(laid: Laid, boxes: dict[str, Box], colour: str) -> Iterator[str]:
    leaving = _ports(laid, boxes, at_start=True)
    arriving = _ports(laid, boxes, at_start=False)
    for number, way in enumerate(laid.ways):
        first, last = boxes[way[0]], boxes[way[-1]]
        points = [(leaving[number], first.top + first.height)]
        for bend in way[1:-1]:
            box = boxes[bend]
            points += [(box.middle, box.top), (box.middle, box.top + box.height)]
        points.append((arriving[number], last.top - 7))
        yield _curve(points)
        yield _head_of_arrow(arriving[number], last.top)


def _ports(laid: Laid, boxes: dict[str, Box], at_start: bool) -> dict[int, float]:
    """Where each way leaves its first box, or reaches its last one, on the x axis: side by side, without crossing."""
    by_box: dict[str, list[int]] = {}
    for number, way in enumerate(laid.ways):
        by_box.setdefault(way[0 if at_start else -1], []).append(number)
    ports = {}
    for name, numbers in by_box.items():
        numbers.sort(key=lambda number: boxes[laid.ways[number][1 if at_start else -2]].middle)
        step = min(PORT, (boxes[name].width - 30) / len(numbers))
        for place, number in enumerate(numbers):
            ports[number] = boxes[name].middle + (place - (len(numbers) - 1) / 2) * step
    return ports


def _curve(points: Sequence[tuple[float, float]]) -> str:
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        half = (y + to_y) / 2
        path += f"C{x:.1f} {half:.1f} {to_x:.1f} {half:.1f} {to_x:.1f} {to_y:.1f}"
    return f'<path d="{path}" fill="none" stroke="{ARROW}" stroke-width="1.6"/>'


def _head_of_arrow(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}l-4.5 -9h9z" fill="{ARROW}"/>'


def _storey_arrow(y: float) -> str:
    x, end = WIDTH / 2, y + STOREY_GAP - 6
    return f'<path d="M{x - 7:.1f} {y + 4:.1f}h14V{end - 14:.1f}h9L{x:.1f} {end:.1f}l-16 -14h9z" fill="{ARROW}"/>'


def _rectangle(box: Box, fill: str, edge: str, radius: float) -> str:
    place = f'x="{box.middle - box.width / 2:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    return f'<rect {place} rx="{radius:.0f}" fill="{fill}" stroke="{edge}" stroke-width="1.4"/>'
