"""Two speakers in a cue: each has lines of their own, and the language's dash, in every layout."""

from __future__ import annotations

import pytest

from portevoix.captions.dialogue import turns_of, version_of, with_dashes
from portevoix.captions.lines import best_cues, best_lines, flattened, tidy
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.library import load_library

LANGUAGES = load_library().languages

DASHES = {  # what is typed, and what stands on screen
    "fr": ("- Vous venez ?\n- J’arrive.", ["-\u00a0Vous venez\u202f?", "-\u00a0J’arrive."]),
    "en": ("- Are you coming?\n- Yes.", ["-Are you coming?", "-Yes."]),
    "es": ("- ¿Vienes?\n- Sí.", ["-¿Vienes?", "-Sí."]),
    "de": ("- Kommst du?\n- Ja.", ["-Kommst du?", "-Ja."]),
    "ru": ("- Вы идёте?\n- Да.", ["-Вы идёте?", "-Да."]),
    "uk": ("- Ви йдете?\n- Так.", ["–\u00a0Ви йдете?", "–\u00a0Так."]),
    "ar": ("-هل أنت قادم؟\n-نعم.", ["-\u00a0هل أنت قادم؟", "-\u00a0نعم."]),
    "fa": ("-می‌آیی؟\n-بله.", ["-\u00a0می‌آیی؟", "-\u00a0بله."]),
    "he": ("- אתה בא?\n- כן.", ["אתה בא?", "-כן."]),
    "zh-Hans": ("- 你来吗？\n－来。", ["–你来吗？", "–来。"]),
    "ja": ("- 来ますか？\n- はい。", ["-来ますか？", "-はい。"]),
    "ko": ("-오십니까?\n-네.", ["-\u00a0오십니까?", "-\u00a0네."]),
    "th": ("-คุณมาไหม\n-มา", ["-\u00a0คุณมาไหม", "-\u00a0มา"]),
}


@pytest.mark.parametrize("code", DASHES)
@pytest.mark.parametrize("format", SIZES)
def test_each_speaker_has_a_line_and_the_dash_of_the_language(artist: Artist, code: str, format: str) -> None:
    typed, shown = DASHES[code]
    cues = artist.captions.cues(typed, LANGUAGES[code], Canvas.of_format(format, draft=False).frame)
    assert [[line.text for line in cue] for cue in cues] == [shown]
    flat, _ = flattened(tidy(typed, LANGUAGES[code]), LANGUAGES[code])
    assert [flat[line.start : line.end] for cue in cues for line in cue] == shown


def test_a_dialogue_that_does_not_fit_becomes_two_cues_where_the_speaker_changes() -> None:
    french = LANGUAGES["fr"]
    long = "- Oui, c’est vrai,\nla loi sera votée.\n- Non, jamais de la vie."
    cues = best_cues(tidy(long, french), french, len, 24, 2)
    assert cues is not None
    assert [[line.text for line in cue] for cue in cues] == [
        ["-\u00a0Oui, c’est vrai,", "la loi sera votée."],
        ["-\u00a0Non, jamais de la vie."],
    ]
    assert best_lines(tidy(long, french), french, len, 24, 2) is None
    found = best_lines(tidy(long, french), french, len, 24, 3)
    assert found is not None
    assert found[0][-1] == "-\u00a0Non, jamais de la vie."


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("— Où est-elle ?\n— Ici.", {1}),
        ("Où est-elle ?\n- Ici.", {1}),
        ("• Point un\n• Point deux", {1}),
        (">> Yes.\n>> No.", {1}),
        ("ANNA: Yes.\nTOM: No.", {1}),
        ("记者：你来吗？\n部长：来。", {1}),
        ("\u200f- نعم.\n\u200f- لا.", {1}),
        ("- Oui, c’est vrai,\nla loi.", set()),
        ("Le texte\n– dit-elle – est court.", set()),
        ("Il fait\n-5 degrés.", set()),
        ("-5 degrés,\n-6 demain.", set()),
        ("Deux lignes\nd’une seule voix.", set()),
        ("He said: yes.\nShe said: no.", set()),
        ("---\n---", set()),
    ],
)
def test_a_turn_begins_with_a_dash_a_bullet_or_a_name(text: str, turns: set[int]) -> None:
    assert turns_of(text.split("\n"), LANGUAGES["fr"]) == turns


def test_a_dash_that_was_typed_stays_and_keeps_its_word() -> None:
    assert with_dashes("— Da.\n—Net.", LANGUAGES["ru"]) == "—\u00a0Da.\n—Net."


def test_only_texts_that_are_concerned_have_another_key() -> None:
    french, chinese = LANGUAGES["fr"], LANGUAGES["zh-Hans"]
    assert version_of(["Deux lignes\nd’une voix.", "- Oui."], french) == []
    assert version_of(["- Oui.\n- Non."], french) == version_of(["好"], chinese) != []


@pytest.mark.parametrize(
    ("code", "text", "flat"),
    [
        ("zh-Hans", "欢迎来到 United\nNations 总部。", "欢迎来到 United Nations 总部。"),
        ("zh-Hans", "世界卫生组织 WHO\n成立了。", "世界卫生组织 WHO成立了。"),
        ("zh-Hant", "Hello,\n“world”", "Hello,“world”"),
        ("ja", "これは New York,\nUSA です", "これは New York, USA です"),
        ("ja", "これは、\nとても", "これは、とても"),
        ("th", "องค์การ United\nNations", "องค์การ United Nations"),
        ("zh-Hans", "2025\n2026", "2025 2026"),
    ],
)
def test_words_of_another_script_keep_their_space(code: str, text: str, flat: str) -> None:
    assert flattened(text, LANGUAGES[code])[0] == flat
