"""The words of a job beside its captions, put together as an editor shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from portevoix.authoring.job import Place
from service.http.desk import words
from service.http.desk.texts import Texts
from service.http.rewording import Worded

LONG = ("text", "quote", "answer", "transcript", "alt_text")  # keys of texts that are sentences


@dataclass(frozen=True)
class Written:
    """One text. `place`: as JSON, for the script that sends it; `id`: within the page."""

    id: str
    place: str
    label: str
    text: str
    long: bool


@dataclass(frozen=True)
class Group:
    """Texts that belong together: a point, a person, a post."""

    name: str
    texts: tuple[Written, ...]


def groups_of(worded: Worded, texts: Texts) -> list[Group]:
    """All texts of a language, in the order of the document."""
    found: dict[str, list[Written]] = {}
    for place, text in worded.said.items():
        found.setdefault(_name(place, worded, texts), []).append(_written(place, text, texts))
    return [Group(name, tuple(inner)) for name, inner in found.items()]


def _written(place: Place, text: str, texts: Texts) -> Written:
    dotted = ".".join(map(str, place))
    label = texts.gettext("Text") if place[0] == "post" and place[-1] == "text" else words.of_text(texts, dotted)
    sent = json.dumps(place, separators=(",", ":"), ensure_ascii=False)
    if isinstance(place[-1], int):
        label = f"{label} {place[-1] + 1}"
    return Written(f"w-{dotted}", sent, label, text, place[-1] in LONG)


def _name(place: Place, worded: Worded, texts: Texts) -> str:
    _ = texts.gettext
    match place:
        case ("points", int(number), *_rest):
            return _("Point %(number)s") % {"number": number + 1}
        case ("claims", int(number), *_rest):
            return _("Claim %(number)s") % {"number": number + 1}
        case ("clips", int(number), *_rest):
            return _("Clip %(number)s") % {"number": number + 1}
        case ("speakers", str(who), *_rest):
            return _named(worded.job.speakers[who].name, worded.language) or who
        case ("post", "at", str(where), *_rest):
            return _("Post on %(place)s") % {"place": words.of_placement(where)}
        case ("post", *_rest):
            return _("Post")
        case ("glossary", *_rest):
            return _("Names in the captions")
    return _("On the cards")


def _named(said: Mapping[str, str], code: str) -> str | None:
    return said.get(code) or next(iter(said.values()), None)
