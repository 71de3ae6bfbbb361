"""Characters that have no business in a caption, and right-to-left text that was saved back to front."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portevoix.captions.cue import Cue
from portevoix.captions.files.marked_text import SEPARATORS
from portevoix.captions.files.report import FileReport

_UNUSUAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\ufb1d-\ufdef\ufe70-\ufeff\ufffd]")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")

_EMBEDDING = re.compile("[\u202a-\u202e]")
# Letters coded by their shape. U+FDF0 to U+FDFF (currency, honorifics) are typed as such and stay.
_SHAPED = re.compile("[\ufb1d-\ufb4f\ufb50-\ufdcf\ufe70-\ufefc]+")
_ARABIC_SHAPED = re.compile("[\ufb50-\ufdcf\ufe70-\ufefc]{2,}")
# How UTF-8 looks that was read as Windows-1252 and saved again: a lead byte's letter, then a continuation byte's.
_CONTINUATION = re.escape(bytes(range(0x80, 0xC0)).decode("cp1252", "ignore"))
# After a capital, Â and Ã are letters of Portuguese or Vietnamese with a sign behind them.
_TWICE = re.compile(f"(?:(?<![A-ZÀ-Þ])(?:Â(?!\u00a0)|Ã)|â€)[{_CONTINUATION}]")
_TWICE_WHOLE = re.compile(f"[ÎÏÐÑ×ØÙ][{_CONTINUATION}]")  # each may stand alone in a text; a text of them does not
FEW = 5  # pairs of signs that chance may give
_HEBREW_WORD = re.compile("[\u05d0-\u05ea]{2,}")
_ARABIC_WORD = re.compile("[\u0621-\u064a]{2,}")
_HEBREW_ENDS, _ARABIC_ENDS = "ךםןףץ", "ةى"  # letters that stand nowhere but at a word's end
_ENDS_FIRST = re.compile(r"[\u200f\u202b]?[.!?:;,،؛؟](?![.!?…])\s?[\u05d0-\u06ff]")


def clean(text: str, report: FileReport, first_line: int = 1) -> str:
    """`text` with its letters as Unicode means them. Control characters and lost letters become faults."""
    if _UNUSUAL.search(text) is None:
        return text
    if text.endswith("\x1a"):  # the end mark of MS-DOS
        text = text.rstrip("\x1a")
    lines = text.split("\n")
    return "\n".join(
        _clean_line(line, number, report) if _UNUSUAL.search(line) else line
        for number, line in enumerate(lines, first_line)
    )


def _clean_line(line: str, number: int, report: FileReport) -> str:
    for found in {match[0]: match for match in _CONTROL.finditer(line)}.values():
        meant = _meant(found[0])
        remedy = f"{meant!r} was meant; write it again" if meant else "delete it"
        report.fault(number, f"holds the control character U+{ord(found[0]):04X}; {remedy}", found.start() + 1)
    if "\ufffd" in line:
        column = line.index("\ufffd") + 1
        report.fault(number, "holds U+FFFD, which stands for a letter that was lost; write the letter again", column)
    if SEPARATORS.search(line):
        report.repair(number, "holds a line separator (U+2028 or the like); read as a line's end")
    if "\ufeff" in line:
        report.repair(number, "holds a byte-order mark within its text; left out")
        line = line.replace("\ufeff", "")
    if _EMBEDDING.search(line):
        line = _balanced(line, number, report)
    if _SHAPED.search(line):
        if _reversed_shapes(line):
            report.fault(number, "is saved back to front (final forms begin its words); save it in logical order")
        report.repair(number, "holds letters coded by their shape (presentation forms); read as plain letters")
        line = _SHAPED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), line)
    return line


def _meant(control: str) -> str:
    """Windows's character of a C1 control's number: what remains of text that was decoded as Latin-1."""
    try:
        return control.encode("latin-1").decode("cp1252") if control >= "\x80" else ""
    except UnicodeDecodeError:
        return ""


def _balanced(line: str, number: int, report: FileReport) -> str:
    """Embeddings and overrides stay where each is closed on its line; a lone one would reach into what follows."""
    depth = 0
    closed = True
    for mark in _EMBEDDING.findall(line):
        depth += -1 if mark == "\u202c" else 1
        closed = closed and depth >= 0
    if closed and depth == 0:
        report.repair(
            number, "holds bidirectional embeddings or overrides (U+202A to U+202E); kept, look at the result"
        )
        return line
    report.repair(number, "holds a bidirectional control that nothing closes (U+202A to U+202E); left out")
    return _EMBEDDING.sub("", line)


def _reversed_shapes(line: str) -> bool:
    votes = 0
    for word in _ARABIC_SHAPED.findall(line):
        first, last = (unicodedata.decomposition(letter).split(" ")[0] for letter in (word[0], word[-1]))
        votes += (first == "<initial>") + (last == "<final>") - (first == "<final>") - (last == "<initial>")
    return votes < 0


def look_for_double_encoding(text: str, report: FileReport) -> None:
    """Text whose every accent became two signs was saved as UTF-8 twice; what it was is not guessed."""
    found = [*_TWICE.finditer(text)]
    whole = [*_TWICE_WHOLE.finditer(text)]
    if len(whole) >= FEW and len(whole) * 4 > sum(letter.isalpha() for letter in text):
        found = whole
    if not found:
        return
    number = text.count("\n", 0, found[0].start()) + 1
    message = f"{found[0][0]!r} is how a letter looks that was saved as UTF-8 twice"
    if len(found) > 1:
        report.fault(number, f"{message} ({len(found):,} of them in all); save the file again from its source")
    else:
        report.repair(number, f"{message}; kept, look at it")


def look_for_visual_order(cues: Iterable[Cue], report: FileReport) -> None:
    """Text saved as it looks from left to right: reversed letters are a fault, punctuation put first is said."""
    wrong: list[int] = []
    votes = 0
    for cue in cues:
        vote = _order_votes(cue.text)
        votes += vote
        if vote < 0:
            wrong.append(cue.line)
        for line in cue.text.split("\n"):
            if _ENDS_FIRST.match(line):
                report.repair(
                    cue.line,
                    f"{line[:30]!r} begins with its final punctuation, as for players that set every line from left "
                    "to right; kept, put it at the line's end",
                )
    if votes < 0:
        report.fault(
            wrong[0], f"holds words back to front ({len(wrong):,} cues in all); save the file in logical order"
        )


def _order_votes(text: str) -> int:
    votes = 0
    for pattern, ends in ((_HEBREW_WORD, _HEBREW_ENDS), (_ARABIC_WORD, _ARABIC_ENDS)):
        for word in pattern.findall(text):
            votes += (word[-1] in ends) - (word[0] in ends)
    return votes
