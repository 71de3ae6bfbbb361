"""Links in a text, as X finds them: with https:// or without, by the top-level domains that there are.

After twitter-text 3.1.0, whose rules X publishes (https://github.com/twitter/twitter-text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

DOMAINS = Path(__file__).with_name("domains.txt")
LONGEST_LABEL = 63  # characters between two dots, RFC 1035; of other scripts in Punycode, RFC 3492

_PUNCTUATION = re.escape("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$\"`") + "\u202a-\u202e\ufffe\ufeff\uffff"
_LETTER = rf"[^\s{_PUNCTUATION}]"
_BELOW = rf"(?:{_LETTER}(?:[-_]|{_LETTER})*)?{_LETTER}\."
_NAME = rf"(?:{_LETTER}(?:-|{_LETTER})*)?{_LETTER}\."  # the name itself has no underscore
_LATIN = "a-z\u00c0-\u024f\u0253-\u02af\u1e00-\u1eff"
_IN_PATH = rf"[{_LATIN}\u0400-\u052f0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_IN_BRACKETS = rf"\({_IN_PATH}*(?:\({_IN_PATH}+\))?{_IN_PATH}*\)"
_PATH_END = rf"(?:[+\-{_LATIN}\u0400-\u052f0-9=_#/]|{_IN_BRACKETS})"
_PATH = rf"(?:{_IN_PATH}|{_IN_BRACKETS})*{_PATH_END}"
_QUERY = r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"


def links(text: str) -> Iterator[tuple[int, int]]:
    """The first character of each link and the one after its last."""
    for found in _pattern().finditer(text):
        if found["scheme"]:
            if all(map(_short_enough, found["domain"].split("."))):
                yield found.span("link")
        elif text[found.start("link") - 1 : found.start("link")] not in ("-", "_", ".", "/"):
            yield from _without_scheme(found)


def _without_scheme(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Of what has no https://, only names in Latin letters are links."""
    first = found.start("domain")
    inner = list(_latin_pattern().finditer(found["domain"]))
    for number, one in enumerate(inner, 1):
        if all(map(_short_enough, one[0].split("."))):
            ends = one.end() == len(found["domain"]) and number == len(inner)
            yield first + one.start(), found.end("link") if ends else first + one.end()


def _short_enough(label: str) -> bool:
    return len(label if label.isascii() else f"xn--{label.encode('punycode').decode()}") <= LONGEST_LABEL


@cache
def _top_level() -> str:
    lines = DOMAINS.read_text("utf-8").splitlines()
    names = [name for line in lines if not line.startswith("#") for name in line.split()]
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return rf"(?:{'|'.join(map(re.escape, longest_first))}|xn--[-0-9a-z]+)(?![0-9a-z@+\-])"


@cache
def _pattern() -> re.Pattern[str]:
    domain = rf"(?:{_BELOW})*{_NAME}{_top_level()}"
    rest = rf"(?::\d+)?(?:/(?:{_PATH}|@{_IN_PATH}+/)?)?(?:\?{_QUERY})?"
    before = r"(?<![A-Za-z0-9@＠$#＃\ufffe\ufeff\uffff])"
    return re.compile(rf"{before}(?P<link>(?P<scheme>https?://)?(?P<domain>{domain}){rest})", re.IGNORECASE)


@cache
def _latin_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:[-0-9{_LATIN}]+\.)+{_top_level()}", re.IGNORECASE)
