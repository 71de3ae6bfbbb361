"""WebVTT exactly as the W3C's parser algorithm reads it (https://www.w3.org/TR/webvtt1/#file-parsing).

What that algorithm drops in silence is kept in `dropped`, so that the layer above can say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

SIGNATURE = re.compile(r"WEBVTT(?:[ \t\n]|\Z)")
# Any number of hours is valid; more digits than twelve are no film.
TIMESTAMP = re.compile(r"(?:(\d{1,12}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?!\d)", re.ASCII)
SPACES = " \t\n\f\r"  # ASCII white space, the only one of the algorithm
ARROW = re.compile(r"[ \t\f\r]*-->[ \t\f\r]*")
DIGITS = re.compile(r"\d+", re.ASCII)
PERCENTAGE = re.compile(r"\d+(?:\.\d+)?%", re.ASCII)
LINE_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)

Settings = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RawCue:
    """A cue with its markup. `settings` are the valid ones, each at most once; `line` is that of the times, from 1."""

    start_s: Fraction
    end_s: Fraction
    text: str
    line: int
    identifier: str
    settings: Settings
    ignored: tuple[str, ...]  # settings that are not valid, as they stand


@dataclass(frozen=True)
class Dropped:
    """A block that gives no cue: a comment, a style, words outside all cues, a cue with broken times."""

    lines: tuple[str, ...]
    line: int  # of the first of them, from 1


@dataclass
class WebVTT:
    """A whole file. `header` are the lines after the signature."""

    header: tuple[str, ...] = ()
    cues: list[RawCue] = field(default_factory=list)
    regions: list[dict[str, str]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def parse_file(text: str) -> WebVTT:
    """The whole file; nothing is read where it does not begin with WEBVTT."""
    file = WebVTT()
    text = text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
    if SIGNATURE.match(text) is None:
        return file
    lines = text.split("\n")
    place = _read_header(lines, file)
    while place < len(lines):
        place = _read_block(lines, place, file) if lines[place] else place + 1
    return file


def _read_header(lines: list[str], file: WebVTT) -> int:
    place = 1
    while place < len(lines) and lines[place] and "-->" not in lines[place]:
        place += 1
    file.header = tuple(lines[1:place])
    return place


def _read_block(lines: list[str], first: int, file: WebVTT) -> int:
    """Read the block that begins at `first` and return where the next one begins: at a blank line or a second arrow."""
    arrow = next((place for place in (first, first + 1) if place < len(lines) and "-->" in lines[place]), None)
    place = first if arrow is None else arrow + 1
    while place < len(lines) and lines[place] and "-->" not in lines[place]:
        place += 1
    block = Dropped(tuple(lines[first:place]), first + 1)
    if arrow is not None:
        cue = parse_cue(block, arrow - first, file.regions)
        (file.cues if cue else file.dropped).append(cue or block)  # type: ignore[arg-type]
    elif not file.cues and len(block.lines) > 1 and _is(block.lines[0], "STYLE"):
        file.styles.append("\n".join(block.lines[1:]))
    elif not file.cues and len(block.lines) > 1 and _is(block.lines[0], "REGION"):
        file.regions.append(dict(_valid(_pairs("\n".join(block.lines[1:])), REGION_SETTINGS)))
    else:
        file.dropped.append(block)
    return place


def parse_cue(block: Dropped, arrow: int, regions: list[dict[str, str]]) -> RawCue | None:
    """The cue whose times stand in the block's line `arrow`; None where they are no times."""
    line = block.lines[arrow].lstrip(SPACES)
    start = TIMESTAMP.match(line)
    between = ARROW.match(line, start.end()) if start else None
    end = TIMESTAMP.match(line, between.end()) if between else None
    if start is None or end is None:
        return None
    given = _pairs(line[end.end() :])
    settings = dict(_valid(given, CUE_SETTINGS))
    known = {region.get("id") for region in regions}
    named = [value for name, value in given if name == "region"]
    if named and named[-1] not in known:
        settings.pop("region", None)
    used = set(settings.items())
    return RawCue(
        seconds(start),
        seconds(end),
        "\n".join(block.lines[arrow + 1 :]),
        block.line + arrow,
        block.lines[0] if arrow else "",
        tuple(settings.items()),
        tuple(f"{name}:{value}" if name else value for name, value in given if (name, value) not in used),
    )


def seconds(match: re.Match[str]) -> Fraction:
    """The second that a TIMESTAMP names."""
    hours, minutes, whole, milliseconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + whole + Fraction(milliseconds, 1000)


def _is(line: str, keyword: str) -> bool:
    return line.startswith(keyword) and not line[len(keyword) :].strip(SPACES)


def _pairs(text: str) -> list[tuple[str, str]]:
    """`name:value` for each word of `text`; a word that is no setting has no name."""
    found = []
    for word in re.split(r"[ \t\n\f\r]+", text.strip(SPACES)):
        name, colon, value = word.partition(":")
        if word:
            found.append((name, value) if name and colon and value else ("", word))
    return found


def _valid(pairs: Iterable[tuple[str, str]], rules: dict[str, re.Pattern[str]]) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, value in pairs if name in rules and _fits(name, value, rules[name])]


def _fits(name: str, value: str, rule: re.Pattern[str]) -> bool:
    if rule.fullmatch(value) is None:
        return False
    if any(float(part[:-1]) > 100 for part in PERCENTAGE.findall(value)):
        return False
    return name != "line" or abs(float(value.split(",")[0].rstrip("%"))) < float("inf")


_PERCENT = PERCENTAGE.pattern
CUE_SETTINGS = {
    "region": re.compile(r".+", re.DOTALL),
    "vertical": re.compile(r"rl|lr"),
    "line": re.compile(rf"(?:{_PERCENT}|{LINE_NUMBER.pattern})(?:,(?:start|center|end))?", re.ASCII),
    "position": re.compile(rf"{_PERCENT}(?:,(?:line-left|center|line-right))?", re.ASCII),
    "size": PERCENTAGE,
    "align": re.compile(r"start|center|end|left|right"),
}
REGION_SETTINGS = {
    "id": re.compile(r".+", re.DOTALL),
    "width": PERCENTAGE,
    "lines": DIGITS,
    "regionanchor": re.compile(rf"{_PERCENT},{_PERCENT}", re.ASCII),
    "viewportanchor": re.compile(rf"{_PERCENT},{_PERCENT}", re.ASCII),
    "scroll": re.compile(r"up"),
}
