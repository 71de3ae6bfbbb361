"""Where the boxes of a storey stand and which way its arrows go: rows with the fewest crossings, evenly spaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

Row = list[str]
Links = list[tuple[str, str]]

SWEEPS = 40  # to find an order
UPRIGHT, TO_THE_MIDDLE = 40.0, 0.2  # how strongly an only link draws, and the axis; any other link: 1
SETTLING = 2000  # until nothing moves any more
BEND = "~"  # the name of a place where a long arrow passes a floor


@dataclass(frozen=True)
class Laid:
    """Rows of names from the top, the middle of each name on the x axis, and the names that each arrow passes."""

    rows: list[Row]
    middles: dict[str, float]
    ways: list[list[str]]


def lay(floors: Sequence[Sequence[str]], arrows: Sequence[tuple[str, str]], widths: Mapping[str, float]) -> Laid:
    """Place the names of `floors` (the highest first), `widths` wide with their gaps, bends as wide as
    `widths[BEND]`.
    """
    rows = [list(floor) for floor in floors]
    ways = [_with_bends(arrow, rows) for arrow in arrows]
    links = [link for way in ways for link in pairwise(way)]
    rows = _ordered(rows, links)
    return Laid(rows, _spaced(rows, links, widths), ways)


def _with_bends(arrow: tuple[str, str], rows: list[Row]) -> list[str]:
    first, last = arrow
    top, bottom = (next(n for n, row in enumerate(rows) if name in row) for name in arrow)
    bends = [f"{BEND}{first}>{last}@{floor}" for floor in range(top + 1, bottom)]
    for floor, bend in enumerate(bends, top + 1):
        rows[floor].append(bend)
    return [first, *bends, last]


def _ordered(rows: list[Row], links: Links) -> list[Row]:
    best, fewest = rows, _crossings(rows, links)
    for sweep in range(SWEEPS):
        rows = _swept(rows, links, down=sweep % 2 == 0)
        crossings = _crossings(rows, links)
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _swept(rows: list[Row], links: Links, down: bool) -> list[Row]:
    """Each row sorted by where its neighbours in the row before stand."""
    ordered = rows if down else rows[::-1]
    neighbours = _neighbours(links, down)
    swept = [ordered[0]]
    for row in ordered[1:]:
        before = {name: place / max(1, len(swept[-1]) - 1) for place, name in enumerate(swept[-1])}
        here = {name: place / max(1, len(row) - 1) for place, name in enumerate(row)}
        known = {name: [before[other] for other in neighbours.get(name, []) if other in before] for name in row}
        swept.append(sorted(row, key=lambda name: sum(known[name]) / len(known[name]) if known[name] else here[name]))
    return swept if down else swept[::-1]


def _neighbours(links: Links, above: bool) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for upper, lower in links:
        name, other = (lower, upper) if above else (upper, lower)
        found.setdefault(name, []).append(other)
    return found


def _crossings(rows: list[Row], links: Links) -> int:
    place = {name: (floor, number) for floor, row in enumerate(rows) for number, name in enumerate(row)}
    ends = [(place[upper], place[lower]) for upper, lower in links]
    return sum(a[0] == b[0] and (a[1] - b[1]) * (c[1] - d[1]) < 0 for (a, c), (b, d) in combinations(ends, 2))


def _spaced(rows: list[Row], links: Links, widths: Mapping[str, float]) -> dict[str, float]:
    """Each name as near as it can stand to the middle of its neighbours, no two too close."""
    middles = {name: 0.0 for row in rows for name in row}
    for row in rows:
        middles.update(_apart(row, {name: 0.0 for name in row}, widths))
    pulls = _pulls(links)
    for sweep in range(SETTLING):
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wanted = {name: _pulled(pulls[name], middles) if name in pulls else middles[name] for name in row}
            middles.update(_apart(row, wanted, widths))
    return middles


def _pulls(links: Links) -> dict[str, list[tuple[str, float]]]:
    """Each name's neighbours and how strongly they draw it: a link that is the only one at both its ends stays
    upright.
    """
    above, below = _neighbours(links, True), _neighbours(links, False)
    pulls: dict[str, list[tuple[str, float]]] = {}
    for upper, lower in links:
        strength = UPRIGHT if len(below[upper]) == len(above[lower]) == 1 else 1.0
        pulls.setdefault(upper, []).append((lower, strength))
        pulls.setdefault(lower, []).append((upper, strength))
    return pulls


def _pulled(pulls: list[tuple[str, float]], middles: Mapping[str, float]) -> float:
    total = sum(strength for _, strength in pulls) + TO_THE_MIDDLE
    return sum(middles[other] * strength for other, strength in pulls) / total


def _apart(row: Row, wanted: Mapping[str, float], widths: Mapping[str, float]) -> dict[str, float]:
    """The places nearest to the wanted ones (least squares) that keep the row's order and widths."""
    wide = [widths.get(name, widths[BEND]) for name in row]
    offsets = [sum(wide[:n]) + wide[n] / 2 for n in range(len(row))]
    groups: list[list[float]] = []  # pooled neighbours, each by what it wants without its offset
    for name, offset in zip(row, offsets, strict=True):
        groups.append([wanted[name] - offset])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    starts = [_mean(group) for group in groups for _ in group]
    return {name: start + offset for name, start, offset in zip(row, starts, offsets, strict=True)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
