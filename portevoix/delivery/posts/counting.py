"""How long a text is, as a platform counts it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from portevoix.authoring.placement import Counting
from portevoix.delivery.posts.links import links
from portevoix.drawing.fonts import EMOJI_SEQUENCE

# X's configuration, version 3: https://github.com/twitter/twitter-text/blob/master/config/v3.json
LINK = 23  # characters, whatever its length
HEAVY = 2  # every character that no range names, and every emoji as a whole
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # ranges of code points that count one


def counted(text: str, how: Counting) -> int:
    """The length of a text: in `characters` (code points in their composed form), in characters of which emoji count
    as their UTF-8 bytes, as X's `weighted` ones, in `utf16` units or in UTF-8 `bytes`.
    """
    return COUNTS[how](unicodedata.normalize("NFC", text))


def _weighted(text: str) -> int:
    linked = list(links(text))
    return LINK * len(linked) + sum(map(_weight_between_links, _between(text, linked)))


def _weight_between_links(text: str) -> int:
    emoji = [found.span() for found in EMOJI_SEQUENCE.finditer(text)]
    return HEAVY * len(emoji) + sum(map(_weight, "".join(_between(text, emoji))))


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in LIGHT) else HEAVY


def _between(text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
    first = 0
    for start, end in taken:
        yield text[first:start]
        first = end
    yield text[first:]


def _emoji_in_bytes(text: str) -> int:
    emoji = [found.span() for found in EMOJI_SEQUENCE.finditer(text)]
    return sum(len(text[a:b].encode()) for a, b in emoji) + sum(map(len, _between(text, emoji)))


COUNTS: dict[Counting, Callable[[str], int]] = {
    "characters": len,
    "emoji_bytes": _emoji_in_bytes,
    "weighted": _weighted,
    "utf16": lambda text: len(text.encode("utf-16-le")) // 2,
    "bytes": lambda text: len(text.encode()),
}
