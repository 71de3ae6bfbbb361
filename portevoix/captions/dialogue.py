"""Who speaks in a cue of several lines: where a new speaker's turn begins, and the dash that it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portevoix.authoring.language import Language

VERSION = 5  # raise when a text of several speakers, or one in a script without spaces, breaks otherwise
WORD_JOIN = "\u00a0"
HYPHENS, DASHES = "-‐‑﹣－", "‒–—―"  # what stands for the language's dash; what was typed as a dash and stays
_ANY = re.escape(HYPHENS + DASHES)
_MARK = re.compile(
    rf"(?P<before>[\u200e\u200f\u061c\u2067]*)(?P<dash>[{_ANY}])(?P<space>[ \u00a0\u202f\u2009]*)"
    rf"(?=[^\s{_ANY}])"
)
_BULLET = re.compile(r"[•·▪◦]\s*\S|>>+ ?[^\s>]")
_LABEL = re.compile(r"([^\s:：\[\](){}][^:：\n]{0,24}?) ?[:：](?=\s|[^\x00-\u2fff])")
LONGEST_LABEL = 8  # of a script without capitals: 记者, not the beginning of a sentence
_ENDS_TURN = re.compile(r"[.!?…؟。！？।♪][\"'»”’)\]」』）\s]*$")


def turns_of(lines: list[str], language: Language) -> frozenset[int]:
    """The numbers of the lines, from 0, that begin the turn of another speaker than the line above; none in most cues.

    A turn begins with a dash, a bullet, `>>` or a name and a colon. A single dash in the middle of a cue counts where
    the line above ends a sentence, or where the language gives a dash to the second speaker alone.
    """
    marked = [number for number, line in enumerate(lines) if _dash(line)]
    if marked[:1] == [0]:
        return frozenset(marked[1:])
    if marked:
        second = language.dialogue_dash.speakers == "second"
        return frozenset(n for n in marked if second or _ENDS_TURN.search(lines[n - 1]))
    for begins in (_BULLET.match, _is_labelled):
        marked = [number for number, line in enumerate(lines) if begins(line)]
        if marked[:1] == [0]:
            return frozenset(marked[1:])
    return frozenset()


def with_dashes(text: str, language: Language) -> str:
    """A dialogue with the language's own dash for every hyphen that was typed; other texts as they are."""
    lines = text.split("\n")
    turns = turns_of(lines, language) if len(lines) > 1 else frozenset()
    if not turns:
        return text
    return "\n".join(
        _with_dash(line, number, language) if number == 0 or number in turns else line
        for number, line in enumerate(lines)
    )


def version_of(texts: Iterable[str], language: Language) -> list[int]:
    """What the key of a drawing says of how its lines were found; nothing where `VERSION` cannot matter."""
    concerned = language.line_breaker == "dictionary" or any(
        "\n" in text and turns_of(text.split("\n"), language) for text in texts
    )
    return [VERSION] if concerned else []


def _dash(line: str) -> re.Match[str] | None:
    """The dash that begins a line; a hyphen right before a figure is a minus."""
    found = _MARK.match(line)
    minus = found and not found["space"] and found["dash"] in HYPHENS and line[found.end()].isdigit()
    return None if minus else found


def _with_dash(line: str, number: int, language: Language) -> str:
    found = _dash(line)
    if found is None:
        return line
    dash, wanted = found["dash"], language.dialogue_dash
    if dash in DASHES:
        space = WORD_JOIN if found["space"] else ""
    elif wanted.speakers == "second" and number == 0:
        dash = space = ""
    else:
        dash, space = wanted.character, WORD_JOIN if wanted.space else ""
    return found["before"] + dash + space + line[found.end() :]


def _is_labelled(line: str) -> bool:
    found = _LABEL.match(line)
    if found is None:
        return False
    name = found[1]
    return name.isupper() or (name.lower() == name.upper() and name.isalpha() and len(name) <= LONGEST_LABEL)
