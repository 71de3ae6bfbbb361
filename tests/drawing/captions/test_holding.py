"""What never parts, in captions, titles and names alike; straight quotes become the language's own."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest

from portevoix.captions.beside import set_cues
from portevoix.captions.cue import Cue
from portevoix.captions.holding import before_dialled, dialled, held_in, isolated, written
from portevoix.captions.lines import best_cues, best_lines, tidy
from portevoix.captions.quotes import own_quotes
from portevoix.library import load_library

LANGUAGES = load_library().languages

# A text of each kind, and what no line may part in it.
HELD = [
    ("fr", "Appelez tout de suite le 06 12 34 56 78 si vous êtes sur place", "06 12 34 56 78"),
    ("fr", "La réunion publique commence à 14 h 20 dans la grande salle", "14 h 20"),
    ("fr", "Un séisme de magnitude 6,8 a frappé la côte ce matin", "magnitude 6,8"),
    ("fr", "Nous recevons ce soir Alexandre de La Rochefoucauld à Paris", "de La Rochefoucauld"),
    ("fr", "Il a éteint son ordinateur parce que la nuit tombait", "parce que"),
    ("fr", "Il a éteint son ordinateur parce qu'il faisait nuit", "parce qu’il"),
    ("fr", "Les autorités locales ne savent pas encore tout", "ne savent pas"),
    ("fr", "Écrivez dès maintenant à presse@example.org pour en savoir plus", "presse@example.org"),
    ("fr", "Nous avons déjà aidé 10 000 personnes cette année", "10 000 personnes"),
    ("de", "Das Treffen beginnt am 12. März 2026 in Berlin", "12. März 2026"),
    ("de", "Wir sprechen morgen früh um 14.20 Uhr mit der Presse", "14.20 Uhr"),
    ("de", "Zu Gast ist heute Abend Frau von der Leyen aus Brüssel", "von der Leyen"),
    ("en", "The talks begin on March 12, 2026 in the old town", "March 12, 2026"),
    ("en", "The plane lands at 2:30 p.m. if the weather holds", "2:30 p.m."),
    ("es", "La reunión será el 12 de marzo de 2026 en Madrid", "12 de marzo de 2026"),
    ("ru", "Переговоры начнутся 12 марта 2026 в Женеве", "12 марта 2026"),
    ("ar", "وقع زلزال عنيف بقوة 6,8 قبالة الساحل", "بقوة 6,8"),
    ("ar", "التقى ولي العهد محمد بن سلمان الوزيرة أمس", "بن سلمان"),
    ("zh-Hans", "会议将于2026年3月12日下午2点30分在日内瓦举行", "2026年3月12日"),
    ("ko", "회의는 오후 2시 30분 서울에서 시작합니다", "2시 30분"),
]


def wide(text: str) -> int:
    return len(text) * 10


@pytest.mark.parametrize(("code", "text", "held"), HELD)
def test_no_line_and_no_cue_parts_what_holds_together(code: str, text: str, held: str) -> None:
    language, whole = LANGUAGES[code], held.replace(" ", "\u00a0")
    for limit in range(wide(held), wide(text), 10):
        lines = best_lines(tidy(text, language), language, wide, limit, 20)
        assert lines is None or any(whole in line for line in lines[0]), lines
        cues = best_cues(tidy(text, language), language, wide, limit, 2)
        assert cues is None or any(whole in line.text for cue in cues for line in cue), cues


def test_what_is_wider_than_a_line_is_parted_all_the_same() -> None:
    text = tidy("Appelez le +33 1 55 55 20 01 maintenant", LANGUAGES["fr"])
    lines = best_lines(text, LANGUAGES["fr"], wide, 110, 20)
    assert lines and len(lines[0]) > 3


@pytest.mark.parametrize("text", ["de 2015 à 2020", "2015-2020", "3, 4 et 5", "fin. Puis 12. Une autre"])
def test_plain_numbers_are_not_isolated(text: str) -> None:
    assert not [one for one in held_in(text, LANGUAGES["ar"]) if one.isolated]


@pytest.mark.parametrize("limit", range(120, 420, 20))
def test_no_line_ends_with_an_article_where_another_break_will_do(limit: int) -> None:
    french = LANGUAGES["fr"]
    text = "La décision, ses conséquences budgétaires et le calendrier de la réforme"
    found = best_lines(text, french, wide, limit, 8, spare=1)
    weak = {"ses", "et", "le", "de", "la"}
    assert found is None or limit < 170 or not any(line.split()[-1].casefold() in weak for line in found[0][:-1]), found


def test_no_short_word_stands_alone_below_a_caption() -> None:
    found = best_lines("Nous verrons bien ce qu’il en dit là", LANGUAGES["fr"], wide, 350, 2)
    assert found and found[0][-1] != "là"


QUOTED = [
    ("fr", "\"L'eau, c'est la vie\", dit-il", "«\u202fL’eau, c’est la vie\u202f», dit-il"),
    ("en", "The '90s: \"it's 'over'\"", "The ’90s: “it’s ‘over’”"),
    ("de", 'Er sagt "geht\'s?"', "Er sagt „geht’s?“"),
    ("he", 'צה"ל אמר "שלום"', "צה״ל אמר ”שלום”"),
    ("ar", 'قالت "المناخ" اليوم', "قالت ”المناخ“ اليوم"),
    ("zh-Hans", '部长说"气候"在变', "部长说“气候”在变"),
    ("ja", '大臣は"気候"と述べた', "大臣は「気候」と述べた"),
    ("en", "5' 10\" tall, see @o'hara's `a=\"b\"`", '5\' 10" tall, see @o’hara’s `a="b"`'),
    ("en", "https://example.org/?q='a'x", "https://example.org/?q='a'x"),
]


@pytest.mark.parametrize(("code", "typed", "shown"), QUOTED)
def test_straight_quotes_become_the_languages_own(code: str, typed: str, shown: str) -> None:
    assert tidy(typed, LANGUAGES[code]).replace("\u00a0", " ") == shown


def test_straight_quotes_stay_where_an_author_wants_them() -> None:
    kept = LANGUAGES["fr"].model_copy(update={"straight_quotes": "kept"})
    assert own_quotes('l\'"eau"', kept) == list('l\'"eau"')


def test_a_caption_file_has_the_same_order_and_its_marks_stay_at_their_words() -> None:
    text = 'قال "نعم" \u200f06 12\u200f 34 56 78 ثم\n+33 1 55 55 20 01'
    at = text.index("ثم")
    cue = Cue(Fraction(0), Fraction(2), text, 1, word_times=((at, Fraction(1)),), italics=((at, at + 2),))
    (shown,) = set_cues([cue], LANGUAGES["ar"])
    phone = "\u206606\u00a012\u00a034\u00a056\u00a078\u2069"
    assert shown.text == f"قال ”نعم“ {phone} ثم\n\u2066+33\u00a01\u00a055\u00a055\u00a020\u00a001\u2069"
    start, end = shown.italics[0]
    assert shown.text[start:end] == "ثم" and shown.word_times[0][0] == start


def test_two_words_have_one_space_between_them_in_the_picture_and_beside_it() -> None:
    text = "الويب،  للجميع `a  b`"
    cue = Cue(Fraction(0), Fraction(2), text, 1, italics=((text.index("للجميع"), text.index("للجميع") + 6),))
    (shown,) = set_cues([cue], LANGUAGES["ar"])
    start, end = shown.italics[0]
    assert shown.text[start:end] == "للجميع" and "، للجميع" in shown.text and "a  b" in shown.text
    assert "، للجميع" in tidy(text, LANGUAGES["ar"])


def test_a_text_without_marks_or_right_to_left_letters_is_set_as_it_is() -> None:
    assert isolated("Appelez le 06 12 34 56 78", "ltr") == list("Appelez le 06 12 34 56 78")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Séisme à 14 h 20 le 12/03/2027. Appelez le +33 1 99 00 12 34, jour et nuit.", "+33 1 99 00 12 34"),
        ("اتصلوا بالرقم \u200e+33 1 99 00 12 34 ليلًا ونهارًا.", "+33 1 99 00 12 34"),
        ("Ring 020 7946 0018, or from abroad +44 20 7946 0018.", "+44 20 7946 0018"),
        ("10 000 personnes, magnitude 6,8, le 12 mars 2027 à 14:20", ""),
    ],
)
def test_the_number_to_call_is_found_among_times_dates_and_amounts(text: str, number: str) -> None:
    assert dialled(text) == number


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Renseignements : +33 1 99 00 12 34.", "Renseignements :"),
        ("اتصلوا بالرقم \u202a+33 1 99 00 12 34\u202c.", "اتصلوا بالرقم"),
        ("咨询电话：+33 1 99 00 12 34。", "咨询电话："),
        ("+33 1 99 00 12 34", ""),
        ("Appelez le +33 1 99 00 12 34, jour et nuit.", "Appelez le +33 1 99 00 12 34, jour et nuit."),
    ],
)
def test_what_is_said_before_the_number_to_call_is_left_where_the_text_ends_with_it(text: str, before: str) -> None:
    assert before_dialled(text, "+33 1 99 00 12 34") == before
    assert before_dialled(text, "") == text


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_time_of_issue_is_written_as_its_language_does_on_its_own_clock(code: str) -> None:
    at = datetime.fromisoformat("2027-03-12T14:20:00+04:00")
    said = written(at, LANGUAGES[code])
    assert "2027" in said and "12" in said and ("14:20" in said or "2:20" in said), said
    assert "{" not in said and ":00" not in said
