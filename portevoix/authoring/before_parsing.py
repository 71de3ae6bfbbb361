"""What a YAML or JSON text is refused for before a parser sees it: a parser takes seconds for what a glance shows."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from portevoix.errors import InvalidInput, invalid

LARGEST_DOCUMENT_BYTES = 2_000_000  # a job of a hundred clips is under 100 kB; more is not an author's file
DEEPEST = 32  # brackets within each other; a job has four, and a parser takes the square of their number
MOST_MARKS = 50_000  # of what parts values from each other: a parser takes 70 microseconds for each
BRACKET = re.compile(r"[\[\]{}]")
MARK = re.compile(r"[\n,\[{]|[-?:] ")
LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def look_before(text: str, shown: Path) -> None:
    """Raise InvalidInput where a text is no author's: too deep, too many values, half letters, aliases."""
    if (deep := _too_deep(text)) is not None:
        raise invalid(shown, f"opens more than {DEEPEST} brackets within each other; no file of this kind does", *deep)
    if (marks := sum(1 for _ in MARK.finditer(text))) > MOST_MARKS:
        raise invalid(shown, f"has about {marks:,} lines and values; at most {MOST_MARKS:,} are read: divide it")
    if (letter := LONE_SURROGATE.search(text)) is not None:
        line = text.count("\n", 0, letter.start()) + 1
        raise invalid(shown, f"holds half a letter ({letter[0]}); write the letter itself", line)
    if (alias := _first_alias(text)) is not None:
        raise invalid(shown, "uses a YAML alias (*name); write the value out", *alias)


def too_large(shown: Path) -> InvalidInput:
    """The refusal of a file with more than LARGEST_DOCUMENT_BYTES."""
    return invalid(shown, f"is larger than {LARGEST_DOCUMENT_BYTES:,} bytes; a file of this kind is text")


def _too_deep(text: str) -> tuple[int, int] | None:
    """Line and column of the bracket that is one too many within others; None where there is none.

    Words in quotes and comments count too.
    """
    depth = 0
    for found in BRACKET.finditer(text):
        depth = max(0, depth + (1 if found[0] in "[{" else -1))
        if depth > DEEPEST:
            before = text[: found.start()]
            return before.count("\n") + 1, found.start() - before.rfind("\n")
    return None


def _first_alias(text: str) -> tuple[int, int] | None:
    # An alias lets a short file grow without bound ("billion laughs"), and no author's file needs one.
    if "*" not in text:  # most files: reading the tokens takes nearly as long as reading the file
        return None
    from ruamel.yaml.tokens import AliasToken

    try:
        for token in YAML(typ="rt").scan(text):
            if isinstance(token, AliasToken):
                return token.start_mark.line + 1, token.start_mark.column + 1
    except YAMLError:
        return None
    return None
