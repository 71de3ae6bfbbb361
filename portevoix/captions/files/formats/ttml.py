"""TTML and DFXP: paragraphs with times are cues. Of styles only italics and a place at the top are taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import MOST_MARKUP_CHARACTERS, make_cue
from portevoix.captions.files.formats.format import Content, Format, Writing, head_of
from portevoix.captions.files.formats.ttml_writer import ttml_text
from portevoix.captions.files.formats.webvtt_parser import Settings
from portevoix.captions.files.letters import clean
from portevoix.captions.files.marked_text import MarkedTextBuilder
from portevoix.captions.files.report import FileReport

DEEPEST = 100  # nested elements; a caption file has five
_ROOT = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*)?<(?:\w+:)?tt[\s>]", re.DOTALL
)
_CLOCK = re.compile(r"(\d{2,9}):(\d\d):(\d\d)(?:\.(\d{1,9})|:(\d{2,9})(?:\.\d+)?)?", re.ASCII)
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)", re.ASCII)
_UNITS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}


@dataclass(frozen=True)
class _Element:
    name: str
    begin_s: Fraction  # on the clock of the file
    end_s: Fraction | None
    timed: bool
    italic: bool
    region: str
    keeps_spaces: bool
    hidden: bool = False  # ruby delimiters, metadata
    brackets: str = ""  # what follows a ruby text
    one_by_one: bool = False  # what it holds is shown one after the other (timeContainer="seq")


@dataclass
class _Open:
    """The cue that is being read."""

    element: _Element
    line: int
    builder: MarkedTextBuilder = field(default_factory=MarkedTextBuilder)
    length: int = 0
    spaced: bool = True  # the last character was white space


class _Unusable(Exception):
    pass


def read_ttml(content: Content, report: FileReport) -> list[Cue]:
    """The cues of a TTML file. A document type, which could define entities, is refused."""
    reader = _Reader(report)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    reader.parser = parser
    try:
        parser.Parse(re.sub(r"^\s*<\?xml[^>]*\?>", _blank, content.text).encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        report.fault(error.lineno, f"is not XML ({expat.ErrorString(error.code)}); export it again", error.offset + 1)
    except _Unusable as error:
        report.fault(parser.CurrentLineNumber, str(error))
    return reader.cues


def _blank(match: re.Match[str]) -> str:
    """The declaration names the encoding of the bytes, not of this text; its line ends stay for the line numbers."""
    return "\n" * match[0].count("\n")


class _Reader:
    def __init__(self, report: FileReport) -> None:
        self.report = report
        self.parser: expat.XMLParserType
        self.cues: list[Cue] = []
        self.stack: list[_Element] = []
        self.reached_s: list[Fraction] = [Fraction(0)]  # for each of `stack` and the file: where what it held ends
        self.open: _Open | None = None
        self.styles: dict[str, bool] = {}
        self.top_regions: set[str] = set()
        self.agents: dict[str, str] = {}
        self.agent = ""
        self.frame_rate, self.tick_rate = Fraction(30), Fraction(0)

    def refuse_doctype(self, *_: object) -> None:
        raise _Unusable("holds a DOCTYPE, which caption files do not need and which is not read; delete it")

    def start(self, tag: str, given: dict[str, str]) -> None:
        if len(self.stack) >= DEEPEST:
            raise _Unusable(f"nests more than {DEEPEST} elements; export it again")
        name = tag.rpartition(" ")[2]
        values = {key.rpartition(" ")[2]: value for key, value in given.items()}
        line = self.parser.CurrentLineNumber
        if name == "tt":
            self._rates(values)
        elif name == "style" and self.stack[-1:] and self.stack[-1].name == "region":
            self._region(self.stack[-1].region, values)
        elif name in {"style", "region"}:
            self.styles[values.get("id", "")] = values.get("fontStyle") in {"italic", "oblique"}
            self._region(values.get("id", ""), values)
        elif name == "agent":
            self.agent = values.get("id", "")
        element = self._element(name, values, line)
        self.stack.append(element)
        self.reached_s.append(element.begin_s)
        if name == "br" and self.open:
            self._add("\n")
        if self.open is None and element.timed and name in {"p", "span"}:
            self.open = _Open(element, line)
        elif self.open and name == "span" and element.timed:
            self.open.builder.at(element.begin_s)
        if self.open:
            self.open.builder.slant(element.italic)
            self.open.builder.say(self.agents.get(values.get("agent", ""), ""))
            if element.brackets:
                self._add("(")

    def _rates(self, values: dict[str, str]) -> None:
        try:
            numerator, _, denominator = values.get("frameRateMultiplier", "1 1").partition(" ")
            self.frame_rate = Fraction(values.get("frameRate", "30")) * Fraction(int(numerator), int(denominator or 1))
            self.tick_rate = Fraction(values.get("tickRate", "0"))
        except (ValueError, ZeroDivisionError):
            raise _Unusable("names a frame or tick rate that is no number; correct it") from None
        if self.frame_rate <= 0 or values.get("timeBase", "media") != "media":
            raise _Unusable(
                "counts another clock than the film's (ttp:timeBase, ttp:frameRate); export it in media time"
            )

    def _region(self, name: str, values: dict[str, str]) -> None:
        if values.get("displayAlign") == "before":
            self.top_regions.add(name)

    def _element(self, name: str, values: dict[str, str], line: int) -> _Element:
        above = self.stack[-1] if self.stack else _Element("", Fraction(0), None, False, False, "", False)
        begin, end, dur = (self._time(values.get(key), line) for key in ("begin", "end", "dur"))
        from_s = self.reached_s[-1] if above.one_by_one else above.begin_s
        begin_s = from_s + (begin or 0)
        ends = [limit for limit in (above.end_s,) if limit is not None]
        ends += [from_s + end] if end is not None else []
        ends += [begin_s + dur] if dur is not None else []
        style = any(self.styles.get(key, False) for key in values.get("style", "").split())
        italic = values["fontStyle"] in {"italic", "oblique"} if "fontStyle" in values else above.italic or style
        ruby = values.get("ruby", "")
        return _Element(
            name,
            begin_s,
            min(ends) if ends else None,
            begin is not None or end is not None or dur is not None,
            italic,
            values.get("id", "") if name == "region" else values.get("region", above.region),
            values["space"] == "preserve" if "space" in values else above.keeps_spaces,
            above.hidden or name == "metadata" or ruby == "delimiter",
            ")" if ruby == "text" else "",
            values.get("timeContainer") == "seq",
        )

    def _time(self, text: str | None, line: int) -> Fraction | None:
        if text is None:
            return None
        clock, offset = _CLOCK.fullmatch(text.strip()), _OFFSET.fullmatch(text.strip())
        if clock:
            hours, minutes, seconds, decimals, frames = clock.groups()
            whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
            rest = Fraction(int(decimals), 10 ** len(decimals)) if decimals else int(frames or 0) / self.frame_rate
            return whole + rest
        if offset:
            units = {**_UNITS, "f": 1 / self.frame_rate, "t": 1 / (self.tick_rate or self.frame_rate)}
            return Fraction(offset[1]) * units[offset[2]]
        self.report.fault(line, f"{text[:40]!r} is not a time; write 00:01:02.500")
        return None

    def words(self, text: str) -> None:
        above = self.stack[-1] if self.stack else None
        if above and above.name == "name" and self.agent:
            self.agents[self.agent] = " ".join(text.split())
        elif self.open and above and not above.hidden:
            text = clean(text, self.report, self.parser.CurrentLineNumber)
            self._add(text if above.keeps_spaces else _joined(text))
        elif above and above.name in {"p", "span"} and text.strip() and not above.hidden:
            self.report.fault(
                self.parser.CurrentLineNumber, f"{text.strip()[:60]!r} has no times; give its paragraph begin and end"
            )

    def _add(self, text: str) -> None:
        assert self.open is not None
        if self.open.spaced and not self.stack[-1].keeps_spaces:
            text = text.lstrip(" ")
        self.open.length += len(text)
        if self.open.length > MOST_MARKUP_CHARACTERS:
            raise _Unusable("has too many characters in one cue; a caption has a few dozen")
        self.open.spaced = text[-1:] in {" ", "\n"} if text else self.open.spaced
        self.open.builder.add(text)

    def end(self, _: str) -> None:
        element = self.stack[-1]
        if self.open and element.brackets:
            self._add(element.brackets)
        self.stack.pop()
        held_s = self.reached_s.pop()
        ended_s = element.end_s if element.timed and element.end_s is not None else held_s
        self.reached_s[-1] = max(self.reached_s[-1], ended_s)
        if element.name == "agent":
            self.agent = ""
        if self.open and self.open.element is element:
            self._close(self.open)
            self.open = None
        elif self.open:
            self.open.builder.slant(self.stack[-1].italic)

    def _close(self, found: _Open) -> None:
        element = found.element
        if element.end_s is None:
            self.report.fault(found.line, "has no end; write end or dur")
            return
        top: Settings = (("line", "0"),) if element.region in self.top_regions else ()
        words = found.builder.build()
        cue = make_cue((element.begin_s, element.end_s), words, found.line, self.report, top)
        if cue:
            self.cues.append(cue)


def _joined(text: str) -> str:
    """White space as XML's default has it: any amount is one space."""
    return re.sub(r"[ \t\n\r]+", " ", text)


def _recognises(text: str, _: str) -> bool:
    return _ROOT.match(head_of(text)) is not None


TTML = Format(
    "a TTML document",
    (".ttml", ".dfxp", ".itt", ".xml"),
    read_ttml,
    _recognises,
    written=Writing((".ttml", ".dfxp"), ttml_text, frozenset({"top", "speaker", "italics"})),
)
