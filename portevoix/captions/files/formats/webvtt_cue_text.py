"""The words of a WebVTT cue: the W3C's tokenizer and tree rules
(https://www.w3.org/TR/webvtt1/#cue-text-parsing-rules).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.captions.files.formats.webvtt_parser import SPACES, TIMESTAMP, seconds

DASHES = ("-", "‐", "‑", "–", "—", "―")
TAG_NAMES = ("c", "i", "b", "u", "ruby", "rt", "v", "lang")
_START_TAG = re.compile(r"([^\t\n\f .]*)((?:\.[^\t\n\f .]*)*)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """Words, their character references resolved."""

    text: str


@dataclass(frozen=True)
class OpenTag:
    """A tag that begins; `annotation` is a voice's name or a language."""

    name: str
    classes: tuple[str, ...]
    annotation: str


@dataclass(frozen=True)
class Close:
    """The innermost open tag ends."""

    name: str


@dataclass(frozen=True)
class Moment:
    """The words that follow are spoken at this second."""

    second: Fraction


Piece = Text | OpenTag | Close | Moment


def parse_cue_text(text: str) -> list[Piece]:
    """The pieces of a cue in order, with every tag closed. Tags that do not fit are left out, as in browsers."""
    pieces: list[Piece] = []
    open_tags: list[str] = []
    for token in _tokens(text):
        if isinstance(token, OpenTag):
            if token.name in TAG_NAMES and (token.name != "rt" or open_tags[-1:] == ["ruby"]):
                open_tags.append(token.name)
                pieces.append(token)
        elif isinstance(token, Close):
            if token.name == "ruby" and open_tags[-2:] == ["ruby", "rt"]:
                pieces.append(Close(open_tags.pop()))
            if open_tags[-1:] == [token.name]:
                pieces.append(Close(open_tags.pop()))
        else:
            pieces.append(token)
    return pieces + [Close(name) for name in reversed(open_tags)]


def turns_among(pieces: Sequence[Piece]) -> frozenset[int]:
    """The places at which another voice begins to speak than before, the first one's too; none where one voice speaks.

    None either where the words have dashes already.
    """
    voices = [
        (n, piece.annotation) for n, piece in enumerate(pieces) if isinstance(piece, OpenTag) and piece.name == "v"
    ]
    begins = [
        n for before, (n, name) in zip(["", *(name for _, name in voices)], voices, strict=False) if name != before
    ]
    following = (next((p.text for p in pieces[n:] if isinstance(p, Text) and p.text.strip()), "") for n in begins)
    dashed = any(text.lstrip().startswith(DASHES) for text in following)
    return frozenset(begins) if len(begins) > 1 and not dashed else frozenset()


def _tokens(text: str) -> Iterator[Piece]:
    place = 0
    while place < len(text):
        bracket = text.find("<", place)
        words_end = len(text) if bracket < 0 else bracket
        if words_end > place:
            yield Text(html.unescape(text[place:words_end]))
        if bracket < 0:
            return
        end = text.find(">", bracket)
        end = len(text) if end < 0 else end
        yield from _tag(text[bracket + 1 : end])
        place = end + 1


def _tag(body: str) -> Iterator[Piece]:
    """What stands between angle brackets."""
    if body.startswith("/"):
        yield Close(body[1:])
    elif body[:1].isascii() and body[:1].isdigit():
        moment = TIMESTAMP.fullmatch(body)
        if moment:
            yield Moment(seconds(moment))
    elif match := _START_TAG.fullmatch(body):
        name, classes, annotation = match.groups()
        words = re.split(rf"[{SPACES}]+", html.unescape(annotation).strip(SPACES))
        yield OpenTag(name, tuple(part for part in classes.split(".") if part), " ".join(words))
