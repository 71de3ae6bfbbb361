from fractions import Fraction

import pytest

from portevoix.authoring.language import RULES
from portevoix.captions.cue import Cue
from portevoix.captions.rules import CHECKS, Finding, Reviewed, of_plan, review
from portevoix.library import Library


def cue(start: str, end: str, text: str, line: int = 1) -> Cue:
    return Cue(Fraction(start), Fraction(end), text, line)


def found(library: Library, code: str, *cues: Cue, **more: object) -> list[Finding]:
    return review(Reviewed(cues, library.languages[code], **more))


def rules_of(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def test_every_rule_has_a_strictness_and_every_strictness_a_rule() -> None:
    assert set(RULES) == {*CHECKS, "over a face", "over other words", "left out", "flash frame"}  # found in the plan


def test_a_language_has_its_own_strictness_also_for_what_is_found_in_the_plan(library: Library) -> None:
    french = library.languages["fr"]
    quiet = french.model_copy(update={"rules": {"left out": "off"}})
    found = [of_plan("left out", one, Fraction(1), "the logo", "is left out") for one in (french, quiet)]
    assert [finding.strictness for finding in found] == ["warning", "off"]


def test_what_is_asked_for_is_never_what_is_there_already(library: Library) -> None:
    readable = library.languages["fr"].reading_speed_cps
    text = "x" * (int(readable * 2) + 1)  # a twentieth of a second more than two would do
    (finding,) = [f for f in found(library, "fr", cue("0", "2", text)) if f.rule == "reading speed"]
    assert "give it 2.1 s instead of 2.0, or take 1 characters out" in finding.message


@pytest.mark.parametrize(
    ("rule", "code", "cues", "more"),
    [
        ("reading speed", "fr", [cue("0", "1", "Une phrase bien trop longue pour une seconde")], {}),
        ("too short", "fr", [cue("0", "0.5", "Non.")], {}),
        ("too long", "fr", [cue("0", "9", "Oui, tout à fait.")], {}),
        ("gap", "fr", [cue("0", "2", "Oui."), cue("2.04", "4", "Non.")], {}),
        ("overlap", "fr", [cue("0", "2", "Oui."), cue("1.9", "4", "Non.")], {}),
        ("after the end", "fr", [cue("0", "2", "Oui.")], {"end_s": Fraction(1)}),
        ("over a cut", "fr", [cue("0", "2", "Oui.")], {"cuts_s": (Fraction("1.9"),)}),
        ("over a cut", "fr", [cue("1", "3", "Oui.")], {"cuts_s": (Fraction("1.1"),)}),
        ("line count", "fr", [cue("0", "2", "a")], {"format": "story", "lines": lambda c: [["a"], ["b"]]}),
        ("line count", "fr", [cue("0", "2", "a")], {"format": "story", "lines": lambda c: []}),
        (
            "lonely word",
            "fr",
            [cue("0", "2", "a")],
            {"format": "wide", "lines": lambda c: [["le long début de", "tout"]]},
        ),
        ("untranslated", "ar", [cue("0", "4", "We must act now")], {}),
    ],
)
def test_a_rule_finds_what_it_is_for(
    library: Library, rule: str, code: str, cues: list[Cue], more: dict[str, object]
) -> None:
    assert rule in rules_of(found(library, code, *cues, **more))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("fr", "Nous agissons dès maintenant."),
        ("ar", "علينا أن نتحرك الآن."),
        ("zh-Hans", "我们必须立即行动。"),
        ("th", "เราต้องลงมือทำตอนนี้"),
    ],
)
def test_a_good_cue_is_left_in_peace(library: Library, code: str, text: str) -> None:
    assert found(library, code, cue("0", "3", text), end_s=Fraction(3), cuts_s=(Fraction(3),)) == []


def test_a_cue_that_ends_on_the_frame_of_a_cut_is_not_over_it(library: Library) -> None:
    cut = Fraction(379, 24)  # 15.792 s, which no file's milliseconds hold
    on, over = cue("12.2", "15.8", "Nous agissons dès maintenant."), cue("12.2", "15.84", "Nous agissons.")
    assert "over a cut" not in rules_of(found(library, "fr", on, cuts_s=(cut,), fps=Fraction(24)))
    assert "over a cut" in rules_of(found(library, "fr", over, cuts_s=(cut,), fps=Fraction(24)))


@pytest.mark.parametrize(
    ("here", "there", "differs"),
    [
        ("45 % d’ici 2030", "54% by 2030", True),
        ("45 % d’ici 2030", "45% by 2030", False),
        ("1 500 000 euros", "1,500,000 euros", False),
        ("1,5 million", "1.5 million", False),
        ("2 jours", "two days", False),
        ("en 2030", "بحلول ٢٠٣٠", False),
        ("en 2030", "soon", True),
    ],
)
def test_a_number_must_be_the_same_in_both_languages(library: Library, here: str, there: str, differs: bool) -> None:
    beside = (library.languages["en"], [cue("0", "4", there)])
    assert ("number differs" in rules_of(found(library, "fr", cue("0", "4", here), beside=beside))) == differs


def test_a_name_is_written_as_the_glossary_has_it(library: Library) -> None:
    glossary = [{"en": "Aster Institute", "fr": "Institut Aster"}]
    beside = (library.languages["en"], [cue("0", "4", "The Aster Institute says so.")])
    wrong = found(library, "fr", cue("0", "4", "Le Aster Institute le dit."), beside=beside, glossary=glossary)
    right = found(library, "fr", cue("0", "4", "L’Institut Aster le dit."), beside=beside, glossary=glossary)
    assert [f.message for f in wrong if f.rule == "name differs"] == [
        "English names 'Aster Institute' here; the glossary's word for it is 'Institut Aster'"
    ]
    assert "name differs" not in rules_of(right)


def test_words_left_in_the_other_language_are_found(library: Library) -> None:
    beside = (library.languages["en"], [cue("0", "4", "We must act now.")])
    assert "untranslated" in rules_of(found(library, "fr", cue("0", "4", "We must act now."), beside=beside))
    assert "untranslated" not in rules_of(found(library, "fr", cue("0", "4", "Sintel!"), beside=beside))


@pytest.mark.parametrize(
    ("code", "text", "flagged"),
    [
        ("ar", "Anna-Lena Schmidt, Berlin", False),
        ("ar", "زوروا www.example.org/climate", False),
        ("zh-Hans", "请写信给 presse@example.org", False),
        ("ja", "United Nations Human Rights", False),
        ("ar", "Welcome to the ministry of health", True),
        ("ru", "WELCOME TO OUR SUMMER PARTY TONIGHT", True),
        ("ru", "الوزارة ترحب بكم", True),
    ],
)
def test_names_and_addresses_need_no_translation(library: Library, code: str, text: str, flagged: bool) -> None:
    assert ("untranslated" in rules_of(found(library, code, cue("0", "4", text)))) == flagged


def test_a_rule_that_is_off_is_silent_and_one_that_is_an_error_says_so(library: Library) -> None:
    fast = cue("0", "1", "Une phrase bien trop longue pour une seconde")
    assert found(library, "fr", fast, strictness={"reading speed": "off"}) == []
    (error,) = found(library, "fr", fast, strictness={"reading speed": "error"})
    assert error.strictness == "error" and "17 can be read" in error.message


def test_a_few_words_at_once_are_read_faster_and_stand_as_long_as_they_are_spoken(library: Library) -> None:
    """At 20 characters a second, for 9 s, on lines of one word: all of it as it should be, word by word."""
    said = cue("0", "9", "x" * 180)
    spoken = {"format": "story", "lines": lambda c: [["a"], ["b"]]}
    assert rules_of(found(library, "fr", said, **spoken)) == {"reading speed", "too long", "line count"}
    assert not found(library, "fr", said, rhythm="words", **spoken)
    assert rules_of(found(library, "fr", cue("0", "6", "x" * 180), rhythm="words")) == {"reading speed"}
