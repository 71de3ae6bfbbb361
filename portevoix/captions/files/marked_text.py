"""Text with what was marked in it: italics, times, a speaker. Built piece by piece, tidied once."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction

SEPARATORS = re.compile("[\x85\u2028\u2029]")


@dataclass(frozen=True)
class MarkedText:
    """Plain text; ranges and offsets count its characters."""

    text: str
    italics: tuple[tuple[int, int], ...] = ()
    word_times: tuple[tuple[int, Fraction], ...] = ()
    speaker: str = ""


@dataclass
class MarkedTextBuilder:
    """Takes the pieces of one cue in order. `build` gives them in NFC, without empty lines or spaces at line ends."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _slanted_from: int | None = None
    _italics: list[tuple[int, int]] = field(default_factory=list)
    _times: list[tuple[int, Fraction]] = field(default_factory=list)
    _speakers: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Words as they are to be read; every line separator of Unicode is a line's end."""
        text = SEPARATORS.sub("\n", text)
        self._pieces.append(text)
        self._length += len(text)

    def slant(self, on: bool) -> None:
        """Italics begin or end here."""
        if on and self._slanted_from is None:
            self._slanted_from = self._length
        elif not on and self._slanted_from is not None:
            self._italics.append((self._slanted_from, self._length))
            self._slanted_from = None

    def at(self, second: Fraction) -> None:
        """The words from here on are spoken at `second`."""
        self._times.append((self._length, second))

    def say(self, speaker: str) -> None:
        """Who speaks; several are named in their order."""
        if speaker:
            self._speakers[speaker] = None

    def turn(self) -> None:
        """Another speaker's words begin here: on a line of their own, behind a dash."""
        self.add("- " if not self._length else "\n- ")

    def build(self) -> MarkedText:
        """All that was added, as one."""
        self.slant(False)
        return _tidied("".join(self._pieces), self._italics, self._times, ", ".join(self._speakers))


def _tidied(text: str, italics: list[tuple[int, int]], times: list[tuple[int, Fraction]], speaker: str) -> MarkedText:
    marks = sorted({0, len(text), *(place for pair in italics for place in pair), *(place for place, _ in times)})
    composed, moved = _composed(text, marks)
    kept = _kept(composed)
    tidy = "".join(composed[place] for place in kept)
    place = {mark: bisect_left(kept, moved[mark]) for mark in marks}
    ranges = tuple((place[start], place[end]) for start, end in italics if place[start] < place[end])
    return MarkedText(tidy, ranges, tuple((place[at], second) for at, second in times), speaker)


def _composed(text: str, marks: list[int]) -> tuple[str, dict[int, int]]:
    """`text` in NFC, and where each mark then stands."""
    if unicodedata.is_normalized("NFC", text):
        return text, {mark: mark for mark in marks}
    return unicodedata.normalize("NFC", text), {mark: len(unicodedata.normalize("NFC", text[:mark])) for mark in marks}


def _kept(text: str) -> list[int]:
    """The places of the characters that stay: no space at either end of a line, no empty line."""
    kept: list[int] = []
    start = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            first = start + len(line) - len(line.lstrip())
            if kept:
                kept.append(start - 1)  # the line feed before it
            kept.extend(range(first, first + len(words)))
        start += len(line) + 1
    return kept
