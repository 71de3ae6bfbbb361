"""The W3C's own WebVTT tests against the parsing layer (`parse_file`, `parse_cue_text`), every case under its
own name.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portevoix.captions.files.formats.webvtt_cue_text import Close, Moment, OpenTag, Text, parse_cue_text
from portevoix.captions.files.formats.webvtt_parser import SIGNATURE, RawCue, WebVTT, parse_file
from portevoix.timing import clock

ROOT = Path(__file__).parents[2] / "wpt-webvtt"
FILES = sorted((ROOT / "file-parsing").glob("*.test"))
BROKEN = sorted((ROOT / "file-parsing").glob("*.vtt"))
# Cases that are known to fail, each with its reason. There are none; a case that is added here still runs.
EXPECTED_FAILURES: dict[str, str] = {}


def _unescaped(text: str) -> str:
    text = text.replace("\\\n", "")
    named = {"r": "\r", "n": "\n", "t": "\t", "f": "\f", "v": "\v"}
    return re.sub(
        r"\\(?:x([0-9a-f]{2})|u([0-9a-fA-F]{4})|([rntfv]))",
        lambda match: chr(int(match[1] or match[2], 16)) if not match[3] else named[match[3]],
        text,
    )


def _number(text: str) -> float:
    return float(text.rstrip("%"))


class ShownCue:
    """A cue with the attributes that a browser's VTTCue has."""

    def __init__(self, cue: RawCue, file: WebVTT) -> None:
        given = dict(cue.settings)
        line, _, self.lineAlign = given.get("line", "auto").partition(",")
        position, _, position_align = given.get("position", "auto").partition(",")
        self.id, self.text = cue.identifier, cue.text
        self.startTime, self.endTime = float(cue.start_s), float(cue.end_s)
        self.lineAlign = self.lineAlign or "start"
        self.line: float | str = line if line == "auto" else _number(line)
        self.snapToLines = not line.endswith("%")
        self.position: float | str = position if position == "auto" else _number(position)
        self.positionAlign = position_align or "auto"
        self.align, self.vertical = given.get("align", "center"), given.get("vertical", "")
        self.size = _number(given.get("size", "100%"))
        named = [region for region in file.regions if region.get("id") == given.get("region", "")]
        self.region = ShownRegion(named[-1]) if named else None


class ShownRegion:
    """A region with the attributes that a browser's VTTRegion has."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given
        self.width, self.lines = _number(given.get("width", "100%")), _number(given.get("lines", "3"))
        self.regionAnchorX, self.regionAnchorY = map(_number, given.get("regionanchor", "0%,100%").split(","))
        self.viewportAnchorX, self.viewportAnchorY = map(_number, given.get("viewportanchor", "0%,100%").split(","))
        self.scroll = given.get("scroll", "")


Cues = list[ShownCue]


def _values(cues: Cues, path: str) -> list[Any]:
    found: list[Any] = list(cues)
    for name in path.split("."):
        found = [getattr(value, name) for value in found]
    return found


LARGE = 1.7976931348623157e308
LINES = [-1, 0, 0, 1, 100, 101, 65536, 4294967296, 1.8446744073709552e19, 1e34, 1.5, LARGE, -LARGE, 5e-324, 0]
ANCHORS = [(0, 100), (0, 0), (1, 1), (100, 0), (0, 100), (100, 100)] + [(0, 100)] * 14


def _anchors(side: str) -> Callable[[Cues], bool]:
    return lambda cues: (
        list(zip(_values(cues, f"region.{side}AnchorX"), _values(cues, f"region.{side}AnchorY"), strict=True))
        == ANCHORS
    )


def _regions(cues: Cues) -> bool:
    foo, bar = cues[0].region, cues[1].region
    assert foo and bar and foo.given is not bar.given
    found = [cue.region.given if cue.region else None for cue in cues]
    return found == [foo.given, bar.given, bar.given, None, foo.given, None, None, None, None]


# What the files assert in loops, in their own words' order. Everything else is read from the files.
LOOPS: dict[str, Callable[[Cues], bool]] = {
    "arrows": lambda cues: [(c.id, c.text) for c in cues] == [("", f"text{n}") for n in range(6)],
    "regions-lines": lambda cues: (
        _values(cues, "region.lines") == [0, 1, 100, 101, 65536, 4294967296, 1.8446744073709552e19, 1e34, 2] + [3] * 4
    ),
    "regions-regionanchor": _anchors("region"),
    "regions-viewportanchor": _anchors("viewport"),
    "regions-id": lambda cues: _values(cues, "region.lines") == [2, 1, 3, 4],
    "regions-scroll": lambda cues: _values(cues, "region.scroll") == ["", "up", "up", "", "", "up"],
    "settings-align": lambda cues: (
        _values(cues, "align") == ["center", "start", "center", "end", "left", "right"] + ["end"] * 6 + ["center"]
    ),
    "settings-line": lambda cues: (
        _values(cues, "line") == LINES + ["auto"] * 23 + [0, 0, 100, 100, 100, 100, 5e-324, 0]
        and _values(cues, "snapToLines") == [True] * 38 + [False] * 8
        and _values(cues, "lineAlign")[40:44] == ["start", "start", "center", "end"]
    ),
    "settings-position": lambda cues: (
        list(zip(_values(cues, "position"), _values(cues, "positionAlign"), strict=True))
        == [
            (1, "auto"),
            (100, "auto"),
            (1, "auto"),
            (1.5, "auto"),
            (1, "line-left"),
            (1, "center"),
            (1, "line-right"),
            (1, "auto"),
        ]
        + [("auto", "auto")] * 14
    ),
    "settings-region": _regions,
    "settings-size": lambda cues: _values(cues, "size") == [100, 2, 0, 0, 100, 50, 1.5] + [100] * 9,
    "settings-vertical": lambda cues: _values(cues, "vertical") == ["", "lr", "rl", "lr"] + [""] * 4,
    "stylesheets": lambda cues: [(c.id, c.text) for c in cues] == [("foo", "text"), ("bar", "text")],
    "timings-negative": lambda cues: (
        [(c.text, c.startTime, c.endTime) for c in cues]
        == [("text0", 0, 0), ("text1", 1, 0.999), ("text2", 60, 59.999), ("text3", 3600, 3599.999)]
    ),
    "timings-omitted-hours": lambda cues: (
        [(c.text, c.startTime, c.endTime) for c in cues] == [(f"text{n}", 0, 1) for n in range(3)]
    ),
}
ASSERTION = re.compile(r"assert_equals\(cues\[(\d+)\]\.([\w.]+), (\"[^\"]*\"|'[^']*'|[\w.-]+)\);")


def _file(path: Path) -> tuple[str, WebVTT, Cues]:
    script, content = path.read_text("utf-8").split("===\n", 1)
    text = _unescaped(content).encode().decode("utf-8-sig")
    file = parse_file(text)
    return script, file, [ShownCue(cue, file) for cue in file.cues]


def _literal(text: str) -> Any:
    if text.startswith("'"):
        text = '"' + text[1:-1] + '"'
    return json.loads(text)


def _passes(path: Path) -> bool:
    script, _, cues = _file(path)
    count = re.search(r"assert_equals\(cues\.length, (\d+)", script)
    if count and len(cues) != int(count[1]):
        return False
    aliases = re.sub(r"var cue = cues\[(\d+)\];(.*?)(?=var cue =|\Z)", _expand, script, flags=re.DOTALL)
    direct = all(getattr(cues[int(n)], name) == _literal(value) for n, name, value in ASSERTION.findall(aliases))
    return direct and LOOPS.get(path.stem, lambda _: True)(cues)


def _expand(match: re.Match[str]) -> str:
    return match[2].replace("cue.", f"cues[{match[1]}].")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_gives_the_cues_that_browsers_give(path: Path) -> None:
    assert _passes(path) != (path.stem in EXPECTED_FAILURES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_assertion_of_a_file_is_run(path: Path) -> None:
    script = path.read_text("utf-8").split("===\n", 1)[0]
    script = re.sub(r"var cue = cues\[(\d+)\];(.*?)(?=var cue =|\Z)", _expand, script, flags=re.DOTALL)
    run = len(ASSERTION.findall(script)) + len(re.findall(r"assert_equals\(cues\.length", script))
    assert path.stem in LOOPS or run == len(re.findall(r"assert_\w+\(", script))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_file_without_its_signature_gives_no_cue(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    assert SIGNATURE.match(text.replace("\0", "\ufffd")) is None
    assert parse_file(text + "\n\n00:00.000 --> 00:01.000\ntext\n").cues == []


def _cue_texts() -> list[Any]:
    found = []
    for path in sorted((ROOT / "cue-text-parsing").glob("*.dat")):
        for place, section in enumerate(path.read_text("utf-8").split("#data\n")[1:]):
            data, tree = section.split("\n#errors\n#document-fragment", 1)
            found.append(
                pytest.param(_unescaped(data), _unescaped(tree.strip("\n")), id=f"{path.stem}-{place}-{data[:30]}")
            )
    return found


CUE_TEXTS = _cue_texts()


def _tree(text: str) -> str:
    """The tree as the web-platform-tests print a browser's getCueAsHTML()."""
    lines, depth = [], 1
    for piece in parse_cue_text(text):
        indent = "|" + " " * depth
        if isinstance(piece, Text):
            lines.append(f'{indent}"{piece.text}"')
        elif isinstance(piece, Moment):
            lines.append(f"{indent}<?timestamp {clock(piece.second)}>")
        elif isinstance(piece, Close):
            depth -= 2
        else:
            lines += [indent + line for line in _element(piece)]
            depth += 2
    return "\n".join(lines)


def _element(tag: OpenTag) -> list[str]:
    attributes = {"class": " ".join(tag.classes)} if tag.classes else {}
    attributes |= {"title": tag.annotation} if tag.name == "v" else {}
    attributes |= {"lang": tag.annotation} if tag.name == "lang" else {}
    name = "span" if tag.name in {"c", "v", "lang"} else tag.name
    return [f"<{name}>", *(f'  {key}="{value}"' for key, value in sorted(attributes.items()))]


def _text_of(data: str) -> str:
    return parse_file(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{data}\n").cues[0].text


@pytest.mark.parametrize(("data", "tree"), CUE_TEXTS)
def test_a_cues_text_gives_the_tree_that_browsers_give(data: str, tree: str) -> None:
    assert _tree(_text_of(data)) == tree


def test_nearly_all_of_the_cases_pass() -> None:
    files = [_passes(path) for path in FILES]
    texts = [_tree(_text_of(case.values[0])) == case.values[1] for case in CUE_TEXTS]
    passed, total = sum(files) + sum(texts), len(files) + len(texts)
    print(f"{passed} of {total} of the W3C's WebVTT cases pass")
    assert total == 115
    assert passed >= 0.95 * total
