"""What people dial and look up stands in the order in which HTML's isolates would put it, whatever marks were typed."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

import pytest
from chromium import EXECUTABLE, Chromium, chromium
from ink import coloured
from ruamel.yaml import YAML
from set_lines import break_lines

from portevoix.authoring.language import Language
from portevoix.captions.holding import isolated, joined
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.text import Lit
from portevoix.library import ROOT, load_library
from portevoix.store import FolderStore

DIALLED = YAML(typ="safe").load(ROOT / "tests/gallery/dialled.yaml")
LIBRARY = load_library()
LIT = (255, 0, 0)
LRM, RLM, ALM, PDF, PDI = "\u200e", "\u200f", "\u061c", "\u202c", "\u2069"
# What an author may have typed round a number or between its groups.
MARKED = {
    "a mark before": lambda token: LRM + token,
    "the wrong mark before": lambda token: RLM + token,
    "marks on both sides": lambda token: ALM + token + LRM,
    "a mark between groups": lambda token: token.replace(" ", " " + LRM),
    "the wrong mark between groups": lambda token: token.replace(" ", RLM + " "),
    "an embedding": lambda token: "\u202a" + token + PDF,
    "the wrong embedding": lambda token: "\u202b" + token + PDF,
    "an override": lambda token: "\u202d" + token + PDF,
    "the wrong override": lambda token: "\u202e" + token + PDF,
    "an isolate": lambda token: "\u2066" + token + PDI,
    "the wrong isolate": lambda token: "\u2067" + token + PDI,
    "a first-strong isolate": lambda token: "\u2068" + token + PDI,
    "an embedding that nothing closes": lambda token: "\u202a" + token,
    "an end that nothing opened": lambda token: token + PDF,
}


def tokens_of(language: Language) -> list[str]:
    return list(DIALLED["tokens"] if language.direction == "rtl" else DIALLED["plain"])


def runs_of(text: str) -> list[tuple[int, int]]:
    """Letters and figures side by side, as the browser is asked for them."""
    found = []
    for spoken, run in groupby(enumerate(text), lambda pair: unicodedata.category(pair[1])[0] in "LMN"):
        places = [place for place, _ in run]
        if spoken:
            found.append((places[0], places[-1] + 1))
    return found


@pytest.fixture(scope="module")
def artist(tmp_path_factory: pytest.TempPathFactory) -> Artist:
    return Artist(LIBRARY, "aster", FolderStore(tmp_path_factory.mktemp("dialled") / "store"))


@pytest.fixture(scope="module")
def browser(artist: Artist, tmp_path_factory: pytest.TempPathFactory):
    assert EXECUTABLE, "Chromium is not here; scripts/test-tools.sh installs it"
    with chromium(artist.fonts, tmp_path_factory.mktemp("page")) as found:
        yield found


def test_every_language_dials() -> None:
    assert set(DIALLED["sentences"]) == set(LIBRARY.languages)


@pytest.mark.parametrize("code", DIALLED["sentences"])
def test_a_number_stands_in_the_order_of_an_isolate_in_html(artist: Artist, browser: Chromium, code: str) -> None:
    language = LIBRARY.languages[code]
    style = artist.captions.style(language, Canvas.of_format("wide", draft=False).frame)
    before, after = DIALLED["sentences"][code].split("{}")
    tokens = tokens_of(language)
    wrong = []
    for token, theirs in zip(tokens, browser.orders([(before, token, after) for token in tokens], style), strict=True):
        text = before + token + after
        plain = artist.captions.identity.type.line(text, style)
        spans = [
            coloured(plain.image, artist.captions.identity.type.line(text, style, Lit(*run, LIT)).image)
            for run in runs_of(text)
        ]
        ours = sorted(range(len(spans)), key=lambda n: sum(spans[n] or (0, 0)))
        if ours != theirs:
            wrong.append(token)
    assert not wrong


@pytest.mark.parametrize("code", DIALLED["sentences"])
def test_no_mark_that_an_author_typed_changes_the_order(code: str) -> None:
    language = LIBRARY.languages[code]
    sentence, wrong = DIALLED["sentences"][code], []
    for token in DIALLED["tokens"]:
        meant = "".join(isolated(sentence.format(token), "rtl"))
        for name, marked in MARKED.items():
            typed = "".join(isolated(sentence.format(marked(token)), "rtl"))
            if typed != meant:
                wrong.append(f"{name}: {token}")
        assert not re.search("[\u200e\u200f\u061c\u202a-\u202e]", meant)
    assert not wrong, language.code


@pytest.mark.parametrize("code", DIALLED["sentences"])
def test_no_line_parts_a_number(code: str) -> None:
    language = LIBRARY.languages[code]
    for token in DIALLED["tokens"]:
        text, whole = DIALLED["sentences"][code].format(token), joined(token, language)
        for limit in range(len(token), len(text), 3):
            lines = break_lines(joined(text, language), language, len, limit, 20)
            assert lines is None or any(whole in line for line in lines), (limit, lines)
