"""What the engine and the ledger say in sentences, in the reader's language.

They speak English, also in what was kept long ago: a refused job's mistakes, the checks of a finished file. A page
knows each sentence by the template that made it (`make words` reads them all from the source), and says the same in
another language with the sentence's own values.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.messages.pofile import read_po

from service.http.desk.texts import CATALOGUES, ENGLISH

RULE = "rule"  # a hole that takes names of rules alone
HOLE = re.compile(r"%\((\w+)\)s")
NUMBER = re.compile(r"-?\d+\.\d+")
KEY = re.compile(r"`%\((\w+)\)s`")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass(frozen=True)
class Said:
    """A sentence for a reader. `language`: of its words, English where nobody has translated it."""

    text: str
    language: str


@dataclass(frozen=True)
class _Template:
    """A sentence with holes. `literal`: its longest part that no value changes; `weight`: letters of all such parts;
    `keys`: holes for keys of a document, which are the same in every language.
    """

    pattern: re.Pattern[str]
    keys: frozenset[str]
    literal: str
    weight: int
    translated: str


def said_in(code: str, sentence: str) -> Said:
    """A sentence of the engine in a language; as it is where no template is known that made it."""
    found = None if code == ENGLISH else _said(code, sentence)
    return Said(sentence, ENGLISH) if found is None else Said(found, code)


@lru_cache(4_096)
def _said(code: str, sentence: str) -> str | None:
    whole, templates = _sentences(code)
    if "\n" in sentence:
        return "\n".join(_said(code, line) or line for line in sentence.split("\n"))
    if NUMBER.fullmatch(sentence):
        return sentence.replace(".", ",")
    if sentence in whole:
        return whole[sentence]
    for template in templates:
        match = template.pattern.fullmatch(sentence) if template.literal in sentence else None
        if match and (RULE not in match.groupdict() or _said(code, match[RULE])):
            return template.translated % {
                name: value if name in template.keys else _value(code, value)
                for name, value in match.groupdict().items()
            }
    head, colon, rest = sentence.partition(": ")  # a finding's place and rule, a check's placement
    if colon and (said := _said(code, rest)):
        return f"{_said(code, head) or head}\N{NO-BREAK SPACE}: {said}"
    return None


def _value(code: str, value: str) -> str:
    """A value within a sentence: a name in its quotation marks, a language, a part that is a sentence itself."""
    if QUOTED.fullmatch(value):
        return f"«\N{NO-BREAK SPACE}{ast.literal_eval(value)}\N{NO-BREAK SPACE}»"
    key, colon, quoted = value.rpartition(": ")
    if colon and QUOTED.fullmatch(quoted):
        return f"{key}\N{NO-BREAK SPACE}: {_value(code, quoted)}"
    return _languages(code).get(value) or _said(code, value) or value


@lru_cache
def _languages(code: str) -> Mapping[str, str]:
    """The names of languages by their English ones."""
    names, english = Locale.parse(code).languages, Locale.parse(ENGLISH).languages
    return {english[key]: names[key] for key in english if key in names}


@lru_cache
def _sentences(code: str) -> tuple[Mapping[str, str], tuple[_Template, ...]]:
    """The sentences without a hole, and the templates: those that fit the least sentences first."""
    whole, templates = dict[str, str](), list[_Template]()
    for path in sorted((CATALOGUES / code / "engine").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code):
                if HOLE.search(str(message.id)):
                    templates.append(_template(str(message.id), str(message.string)))
                elif message.id:
                    whole[str(message.id).replace("%%", "%")] = str(message.string).replace("%%", "%")
    return whole, tuple(sorted(templates, key=lambda template: -template.weight))


def _template(english: str, translated: str) -> _Template:
    parts = HOLE.split(english)  # texts and the names of holes by turns
    texts = [text.replace("%%", "%") for text in parts[::2]]
    pattern = "".join(
        f"(?P<{part}>.*?)" if place % 2 else re.escape(texts[place // 2]) for place, part in enumerate(parts)
    )
    weight = sum(character.isalpha() for text in texts for character in text)
    keys = frozenset(KEY.findall(english))
    return _Template(re.compile(pattern, re.DOTALL), keys, max(texts, key=len), weight, translated)
