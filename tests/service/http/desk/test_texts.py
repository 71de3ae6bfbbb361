"""The words of the pages, in both languages."""

from __future__ import annotations

import re
from collections import Counter

import catalogue
import pytest
from babel.messages.pofile import read_po

from service.http.desk.texts import CATALOGUES, LANGUAGES, preferred, texts_in

HOLE = re.compile(r"%\(\w+\)s")
LOOSE = re.compile(r"\S [:;!?»]|« ")


def test_nothing_that_a_page_says_lacks_its_french() -> None:
    assert catalogue.missing() == {}, "`make words` lists what to add to web/catalogues/fr/"
    assert catalogue.french().keys() - catalogue.said().keys() == set(), "what is said nowhere any more"
    assert len(catalogue.said()) > 80


def test_a_translation_keeps_the_holes_for_names_and_numbers() -> None:
    for message, translations in catalogue.french().items():
        wanted = set(HOLE.findall(message if isinstance(message, str) else message[1]))
        assert all(set(HOLE.findall(said)) == wanted for said in translations), message


def test_a_french_text_stands_once_and_no_line_begins_with_its_colon() -> None:
    found = [message for path in CATALOGUES.glob("fr/*.po") for message in read_po(path.open("rb")) if message.id]
    counted = Counter(str(message.id) for message in found)
    assert [text for text, count in counted.items() if count > 1] == [], "the second would be read by nobody"
    assert [said for several in catalogue.french().values() for said in several if LOOSE.search(said)] == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("de,en;q=0.5,fr;q=0.7", "fr"), ("de", "en"), ("", "en"), ("fr;q=x", "en")],
)
def test_a_page_speaks_what_the_browser_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_each_language_writes_numbers_sizes_and_names_in_its_way() -> None:
    english, french = (texts_in(code) for code in LANGUAGES)
    assert (english.size(12_345_678), french.size(12_345_678)) == ("12.3\u00a0MB", "12,3\u00a0Mo")
    assert (english.language("zh-Hans"), french.language("ar")) == ("Simplified Chinese", "arabe")
    assert french.ago(0, 7_200) == "il y a 2 heures"
    assert french.listed(["a", "b", "c"]) == "a, b et c"
