"""Captions in the rhythm of the words: which of them stand together."""

import pytest

from portevoix.captions.breaks import words_of
from portevoix.captions.lines import flattened, tidy
from portevoix.captions.rhythm import MOST_WORDS, pages_of
from portevoix.library import Library

SAID = {
    "fr": "Nous avons, depuis 2019, réduit de 45 % nos émissions parce que c’est notre devoir.",
    "de": "Das Bundesverfassungsgericht hat gestern in Karlsruhe über das Gesetz entschieden.",
    "ar": "لقد خفضنا انبعاثاتنا بنسبة 45 % منذ عام 2019 لأن هذا واجبنا.",
    "zh-Hans": "我们自二〇一九年以来减少了百分之四十五的排放，因为这是我们的责任。",
    "ja": "私たちは2019年以来、排出量を45％削減しました。",
    "th": "เราได้ลดการปล่อยก๊าซลงร้อยละ 45 ตั้งแต่ปี 2019",
}


def pages(library: Library, code: str, text: str, widest: int = 18) -> list[str]:
    language = library.languages[code]
    flat, _ = flattened(tidy(text, language), language)
    return [flat[a:b] for a, b in pages_of(flat, language, lambda a, b: language.length(flat[a:b]) <= widest)]


@pytest.mark.parametrize("code", SAID)
def test_no_word_is_lost_between_pages_and_none_is_parted(library: Library, code: str) -> None:
    language = library.languages[code]
    flat, _ = flattened(tidy(SAID[code], language), language)
    found = pages(library, code, SAID[code])
    assert "".join("".join(found).split()) == "".join(flat.split())
    words = [flat[a:b] for a, b in words_of(flat, language)]
    assert [w for page in found for w in (page[a:b] for a, b in words_of(page, language))] == words


@pytest.mark.parametrize("code", ["fr", "de", "ar", "zh-Hans", "th"])
def test_one_to_four_words_stand_at_once(library: Library, code: str) -> None:
    language = library.languages[code]
    counts = [len(words_of(page, language)) for page in pages(library, code, SAID[code].replace("二〇一九年", ""))]
    assert len(counts) > 3 and max(counts) <= MOST_WORDS


def test_what_holds_together_stands_alone_however_many_words_it_has(library: Library) -> None:
    assert pages(library, "fr", "Appelez le +33 1 53 55 01 20. Ne tardez pas !", 20)[1].startswith("+33")
    assert "自二〇一九年以来" in pages(library, "zh-Hans", SAID["zh-Hans"])


def test_a_page_ends_with_the_sentence_and_no_weak_word_stands_alone(library: Library) -> None:
    found = pages(library, "fr", "Je suis venu. Le maire et la ministre de la culture aussi.")
    assert "Je suis venu." in found
    assert not {"Le", "et", "la", "de"} & {page.split()[-1] for page in found}


def test_two_speakers_never_share_a_page(library: Library) -> None:
    found = pages(library, "fr", "- Oui.\n- Non.")
    assert [page.split()[-1] for page in found] == ["Oui.", "Non."]
