"""WebVTT as people write it. What a browser would drop in silence is mended and said, or is a fault with its line."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import replace

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import (
    MOST_MARKUP_CHARACTERS,
    lenient_time,
    make_cue,
    report_missing_arrows,
)
from portevoix.captions.files.formats.format import Content, Format, Writing, head_of
from portevoix.captions.files.formats.markup import ESCAPE, follow_override, meant_by
from portevoix.captions.files.formats.webvtt_cue_text import (
    TAG_NAMES,
    Close,
    Moment,
    OpenTag,
    Text,
    parse_cue_text,
    turns_among,
)
from portevoix.captions.files.formats.webvtt_parser import (
    SIGNATURE,
    TIMESTAMP,
    Dropped,
    RawCue,
    Settings,
    WebVTT,
    parse_cue,
    parse_file,
)
from portevoix.captions.files.formats.webvtt_writer import webvtt_text
from portevoix.captions.files.letters import clean
from portevoix.captions.files.marked_text import MarkedText, MarkedTextBuilder
from portevoix.captions.files.report import FileReport
from portevoix.timing import clock

NOT_WORDS = re.compile(r"(NOTE|STYLE|REGION)(?:[ \t]|$)")  # how a block begins that holds no words
_KEY = re.compile(r"[\w-]+ ?[:=]")
# Tags of HTML that say how words look. A browser drops them, and keeps what stands between them.
_LOOKS = {"font", "s", "strike", "span", "strong", "p", "div", "small", "big", "center"}
# What follows the name begins with white space: `<vaa>` is no voice. A class is written as CSS has it.
_TAG = re.compile(r"<(/?)([A-Za-z]+)((?:\.[\w-]*)*)((?:[\s/][^<>]*)?)>|<[^<>]*>|<")
_OVERRIDE = re.compile(r"\{(\\[^{}]*)\}")  # ASS's, left by a converter of SRT
_LOST_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|\d+);?")


def read_webvtt(content: Content, report: FileReport) -> list[Cue]:
    """The cues of a WebVTT file."""
    file = parse_file(_with_signature(content.text, report))
    _look_at_header(file, report)
    mended = [(block, _mended(block, file, report)) for block in file.dropped]
    blocks: list[RawCue | Dropped] = [*file.cues, *(found or block for block, found in mended)]
    blocks.sort(key=lambda block: block.line)
    cues = []
    for place, block in enumerate(blocks):
        if isinstance(block, Dropped):
            _say_dropped(block, bool(file.cues) and file.cues[0].line < block.line, report)
            continue
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        cue = _cue(_without_number(block, following, report), report)
        if cue:
            cues.append(cue)
    return cues


def _with_signature(text: str, report: FileReport) -> str:
    if SIGNATURE.match(text):
        return text
    lines = text.split("\n")
    place = next(place for place, line in enumerate(lines) if line.strip())
    report.repair(place + 1, "the file does not begin with WEBVTT alone, so no player would take it; read all the same")
    return "\n".join(["WEBVTT", *lines[1:place], *([""] if place else []), *lines[place + 1 :]])


def _look_at_header(file: WebVTT, report: FileReport) -> None:
    for number, line in enumerate(file.header, 2):
        if line.startswith("X-TIMESTAMP-MAP"):
            report.repair(
                number, f"{line!r} moves the clock within a stream; not applied, look whether cues are in time"
            )
        elif not _KEY.match(line) and line.strip():
            report.repair(number, f"{line.strip()[:60]!r} stands in the header; left out")


def _mended(block: Dropped, file: WebVTT, report: FileReport) -> RawCue | None:
    """The cue of a block whose times are not WebVTT's but can be understood."""
    arrow = next((place for place, line in enumerate(block.lines[:2]) if "-->" in line), None)
    if arrow is None:
        return None
    left, right = block.lines[arrow].split("-->", 1)
    end_text, *settings = right.split() or [""]
    number = block.line + arrow
    found = []
    for text in (left.strip(), end_text):
        try:
            found.append(lenient_time(text))
        except ValueError as error:
            report.fault(number, str(error), block.lines[arrow].find(text) + 1)
            return None
        if not TIMESTAMP.fullmatch(text):
            report.repair(number, f"time {text!r} is not written as in WebVTT; read all the same")
    line = " ".join([clock(found[0]), "-->", clock(found[1]), *settings])
    lines = (*block.lines[:arrow], line, *block.lines[arrow + 1 :])
    cue = parse_cue(Dropped(lines, block.line), arrow, file.regions)
    return replace(cue, start_s=found[0], end_s=found[1]) if cue else None


def _say_dropped(block: Dropped, after_cue: bool, report: FileReport) -> None:
    first = block.lines[0]
    if any("-->" in line for line in block.lines[:2]):
        return  # its times are a fault already
    kind = NOT_WORDS.match(first)
    if kind and (kind[1] == "NOTE" or not after_cue):
        return
    if kind:
        report.repair(block.line, f"{kind[1]} stands after the first cue; left out")
    elif len(block.lines) == 1 and first.strip().isdecimal():
        report.repair(block.line, f"{first.strip()!r} is taken for a cue's number; left out")
    elif first.strip():
        report_missing_arrows(list(block.lines), block.line, report)
        report.fault(
            block.line, f"{first.strip()[:60]!r} stands in no cue; delete the blank line above it or begin with NOTE"
        )


def _without_number(cue: RawCue, following: RawCue | Dropped | None, report: FileReport) -> RawCue:
    """A figure just above the next times is that cue's number, where only the blank line is missing."""
    lines = cue.text.split("\n")
    touches = following is not None and following.line == cue.line + len(lines) + 1
    if not touches or len(lines) < 2 or not lines[-1].strip().isdecimal():
        return cue
    number = cue.line + len(lines)
    report.repair(number, f"{lines[-1].strip()!r} is taken for the next cue's number: no blank line precedes it")
    return replace(cue, text="\n".join(lines[:-1]))


def _cue(raw: RawCue, report: FileReport) -> Cue | None:
    if NOT_WORDS.match(raw.identifier) and raw.identifier.startswith("NOTE"):
        report.fault(
            raw.line, "stands right below a NOTE, which hides no cue; leave a blank line between them or delete the cue"
        )
    if len(raw.text) > MOST_MARKUP_CHARACTERS:
        report.fault(raw.line + 1, f"has {len(raw.text):,} characters in one cue; a caption has a few dozen")
        return None
    settings = dict(raw.settings)
    for given in raw.ignored:
        name, _, value = given.partition(":")
        if "middle" in value:
            settings[name] = value.replace("middle", "center")
            report.repair(raw.line, f"{given!r} is the old word for center; read so")
        elif name != "region" and (name not in settings or not value):
            report.repair(raw.line, f"{given[:60]!r} is no setting of WebVTT; left out")
    if settings.pop("region", None) or any(given.startswith("region:") for given in raw.ignored):
        report.repair(raw.line, "regions are left out: the recipe places captions")
    report_missing_arrows(raw.text.split("\n"), raw.line + 1, report)
    builder = MarkedTextBuilder()
    settings |= dict(_place_of(raw, builder, report))
    words = _words(raw, builder, report)
    return make_cue((raw.start_s, raw.end_s), words, raw.line, report, tuple(settings.items()), raw.identifier.strip())


def _place_of(raw: RawCue, builder: MarkedTextBuilder, report: FileReport) -> Settings:
    """The place that `{\\an8}` at the cue's beginning names."""
    override = _OVERRIDE.search(raw.text)
    if override is None:
        return ()
    report.repair(raw.line + 1, f"{override[0][:20]!r} is no mark of WebVTT; read as SRT's tools mean it")
    return follow_override(override[1], builder)


def _words(raw: RawCue, builder: MarkedTextBuilder, report: FileReport) -> MarkedText:
    text = ESCAPE.sub(lambda match: _escape_read(match, raw.line + 1, report), _OVERRIDE.sub("", raw.text))
    text = _TAG.sub(lambda match: _kept_or_dropped(match, raw.line + 1, report), text)
    for match in _LOST_REFERENCE.finditer(text):
        if not html.unescape(match[0]):
            number = raw.line + 1 + text[: match.start()].count("\n")
            report.fault(number, f"{match[0]!r} names no character; delete it")
    italics = 0
    latest = raw.start_s
    last_letter, brackets = " ", "()"
    number = raw.line + 1
    pieces = parse_cue_text(text)
    turns = turns_among(pieces)
    for place, piece in enumerate(pieces):
        if place in turns:
            builder.turn()
        if isinstance(piece, Text):
            # The file is clean already; what its character references stand for is not.
            builder.add(clean(piece.text, report, number) if "&" in text else piece.text)
            number += piece.text.count("\n")
            last_letter = piece.text.rstrip()[-1:] or last_letter
        elif isinstance(piece, Moment):
            if latest <= piece.second < raw.end_s:
                latest = piece.second
                builder.at(piece.second)
            else:
                report.repair(
                    number, f"the word time {clock(piece.second)} lies outside its cue or goes back; left out"
                )
        elif piece.name == "rt":
            if isinstance(piece, OpenTag):
                brackets = "（）" if unicodedata.east_asian_width(last_letter) in "WF" else "()"
                report.repair(number, "ruby is set in brackets behind its base")
            builder.add(brackets[isinstance(piece, Close)])
        elif piece.name == "i":
            italics += -1 if isinstance(piece, Close) else 1
            builder.slant(italics > 0)
        elif piece.name == "v" and isinstance(piece, OpenTag):
            builder.say(piece.annotation)
    return builder.build()


def _escape_read(match: re.Match[str], first_line: int, report: FileReport) -> str:
    line = first_line + match.string[: match.start()].count("\n")
    return meant_by(match[0], line, report) if match["escape"] else match[0]


def _kept_or_dropped(match: re.Match[str], first_line: int, report: FileReport) -> str:
    """A tag as WebVTT has it, nothing for one that is only looks, and words for what is no tag at all."""
    number = first_line + match.string[: match.start()].count("\n")
    slash, name, classes, annotation = (part or "" for part in match.groups())
    name = {"em": "i"}.get(name.lower(), name.lower())
    if TIMESTAMP.fullmatch(match[0][1:-1]):
        return match[0]
    if name in TAG_NAMES and (not annotation.strip() or slash or name in {"v", "lang"}):
        return f"</{name}>" if slash else f"<{name}{classes}{annotation}>"
    if name == "br" and annotation.strip(" /") == "":
        return "" if slash else "\n"
    if name in _LOOKS:
        report.repair(number, f"<{name}> is no tag of WebVTT; left out, its words stay")
        return ""
    report.repair(
        number, f"{match.string[match.start() : match.start() + 20]!r} is no tag; kept as words, write &lt; for <"
    )
    return "&lt;" + match[0][1:]


def _recognises(text: str, _: str) -> bool:
    return head_of(text)[:6].upper() == "WEBVTT"


WEBVTT = Format(
    "a WebVTT file",
    (".vtt",),
    read_webvtt,
    _recognises,
    written=Writing(
        (".vtt",), webvtt_text, frozenset({"top", "settings", "speaker", "identifier", "word_times", "italics"})
    ),
)
