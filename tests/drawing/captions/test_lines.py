import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from set_lines import break_lines

from portevoix.captions.lines import best_lines, tidy
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.frame import TextTooLong
from portevoix.library import Library


def wide(text: str) -> int:
    return len(text) * 10


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text("abé0123\u00adدтд中文字。,(", min_size=1, max_size=9), min_size=1, max_size=12),
    code=st.sampled_from(["fr", "ar", "de", "zh-Hans"]),
    spare=st.integers(0, 1),
)
def test_breaking_loses_no_letter_and_adds_only_hyphens(
    library: Library, words: list[str], code: str, spare: int
) -> None:
    text = " ".join(words)
    found = best_lines(text, library.languages[code], wide, 120, 30, spare)
    if found:
        kept = "".join("".join(found[0]).split()).replace("-", "").replace("\u00ad", "")
        assert kept == "".join(text.replace("\u00ad", "").split())
        assert all(wide(line) <= 120 for line in found[0])


def test_a_soft_hyphen_is_seen_only_where_its_line_ends(library: Library) -> None:
    german = library.languages["de"]
    word = "Klimaanpassungs\u00admaßnahmen"
    assert break_lines(word, german, wide, 170, 2) == ["Klimaanpassungs-", "maßnahmen"]
    assert break_lines(word, german, wide, 300, 2) == ["Klimaanpassungsmaßnahmen"]


@pytest.mark.parametrize(
    ("code", "text", "limit"),
    [
        ("de", "Die Flüge sind wohl bis zum 12. März ausgesetzt", 300),
        ("ar", "علينا أن نتحرك الآن (42 دولة) من أجل المناخ", 250),
        ("fr", "Ils seront bien 42 pays à signer demain", 240),
    ],
)
def test_a_number_stays_with_the_word_that_it_counts(library: Library, code: str, text: str, limit: int) -> None:
    lines = break_lines(text, library.languages[code], wide, limit, 3)
    assert lines and not any(line.rstrip(".")[-1].isdigit() for line in lines[:-1])


def test_a_word_is_parted_only_where_it_does_not_fit_whole(library: Library) -> None:
    text = "Wir unterstützen Klimaanpassungs\u00admaßnahmen, und zwar ab sofort"
    lines = break_lines(text, library.languages["de"], wide, 280, 4)
    assert lines and "Klimaanpassungsmaßnahmen" in " ".join(lines)


def test_a_sign_for_number_stays_with_its_number(library: Library) -> None:
    assert tidy("Указ № 5", library.languages["ru"]) == "Указ №\u00a05"
    assert tidy("Le n° 12 de M. Dupont", library.languages["fr"]) == "Le n°\u00a012 de M.\u00a0Dupont"


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("鼠标坏了就用不了电脑，真让人沮丧！", 130, ["鼠标坏了就用不了电脑，", "真让人沮丧！"]),
        ("感谢所有参加论坛的嘉宾朋友们", 80, ["感谢所有参加", "论坛的嘉宾朋友们"]),
    ],
)
def test_a_chinese_line_ends_after_a_comma_rather_than_even_and_not_before_what_its_last_sign_leads_to(
    library: Library, text: str, limit: int, lines: list[str]
) -> None:
    chinese = library.languages["zh-Hans"]
    assert break_lines(text, chinese, wide, limit, 2) == lines
    spare = best_lines(text, chinese, wide, limit, 3, spare=1)
    assert spare and spare[0] == lines, "a line more is not taken for a comma"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("气候正在变化而我们行动太慢了", ["气候正在变化", "而我们行动太慢了"]),
        ("河水已经退去但道路仍然封闭着", ["河水已经退去", "但道路仍然封闭着"]),
    ],
)
def test_a_chinese_line_rather_begins_than_ends_with_a_conjunction(
    library: Library, text: str, lines: list[str]
) -> None:
    assert break_lines(text, library.languages["zh-Hans"], wide, 90, 2) == lines


@pytest.mark.parametrize("limit", [50, 60])
def test_a_chinese_number_keeps_what_it_counts_and_a_name_after_it_stays_whole(library: Library, limit: int) -> None:
    assert break_lines("三十秒看辛特尔", library.languages["zh-Hans"], wide, limit, 3) == ["三十秒", "看辛特尔"]


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("fr", "Chaque matin, deux habitants racontent", ["Chaque matin,", "deux habitants racontent"]),
        ("en", "Every morning, two people tell stories", ["Every morning,", "two people tell stories"]),
    ],
)
def test_a_number_in_letters_stays_with_the_word_that_it_counts(
    library: Library, code: str, text: str, lines: list[str]
) -> None:
    assert break_lines(text, library.languages[code], wide, 240, 2) == lines


def test_a_spare_line_is_taken_for_a_better_break_only(library: Library) -> None:
    french = library.languages["fr"]
    found = best_lines("Climat : ce qui change pour les pays les plus exposés", french, wide, 220, 4, spare=1)
    assert found and found[0][0] == "Climat :"
    plain = best_lines("Institut Aster de Paris", french, wide, 150, 4, spare=1)
    assert plain and plain[0] == ["Institut", "Aster de Paris"]


@pytest.mark.parametrize(
    ("code", "text", "limit", "lines"),
    [
        ("fr", "Tempête\u00a0: le consulat est fermé", 250, ["Tempête\u00a0:", "le consulat est fermé"]),
        ("ar", "عاصفة: القنصلية مغلقة اليوم", 220, ["عاصفة:", "القنصلية مغلقة اليوم"]),
        ("zh-Hans", "风暴来袭：领事馆今日闭馆", 80, ["风暴来袭：", "领事馆今日闭馆"]),
        ("en", "Storm: the consulate is closed today", 250, ["Storm: the consulate", "is closed today"]),
    ],
)
def test_what_a_colon_announces_stands_whole_below_it_where_that_takes_no_more_lines(
    library: Library, code: str, text: str, limit: int, lines: list[str]
) -> None:
    found = best_lines(text, library.languages[code], wide, limit, 4, spare=1)
    assert found and found[0] == lines


def test_a_line_does_not_end_at_a_words_own_hyphen_where_it_need_not(library: Library) -> None:
    french = library.languages["fr"]
    text = tidy("Que peut-on faire ?", french)
    assert break_lines(text, french, wide, 120, 2) == ["Que peut-on", "faire\u202f?"]
    assert break_lines("contre-interrogatoire", french, wide, 150, 2) == ["contre-", "interrogatoire"]


def test_a_spare_line_is_not_taken_for_balance_alone(library: Library) -> None:
    found = best_lines("Sintel\u00a0: ce qui est vrai", library.languages["fr"], wide, 180, 3, spare=1)
    assert found and found[0] == ["Sintel\u00a0:", "ce qui est vrai"]


def test_a_text_of_five_thousand_letters_is_refused_before_its_lines_are_looked_for(
    artist: Artist, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portevoix.captions.fitting.best_cues", lambda *given: pytest.fail("was looked for"))
    for code, word, format in (("ar", "كلمة ", "square"), ("ar", "كلمة ", "wide"), ("fr", "mot ", "story")):
        canvas = Canvas.of_format(format, draft=False)
        with pytest.raises(TextTooLong, match="too many for a caption") as refused:
            artist.captions.cues(word * 1_000, library.languages[code], canvas.frame)
        assert len(str(refused.value)) < 300, "it is named, not repeated"


def test_what_holds_together_is_parted_at_a_price_for_which_a_title_is_rather_set_smaller(library: Library) -> None:
    french = library.languages["fr"]
    text = tidy("Appelez le 06 12 34 56 78 ce soir", french)
    parted, whole = (best_lines(text, french, lambda line: 10 * len(line), limit, 4, spare=1) for limit in (130, 140))
    assert parted and whole and "06\u00a012\u00a034\u00a056\u00a078" in whole[0]
    assert parted[1] > whole[1] + 0.9  # what a step down costs in a story
