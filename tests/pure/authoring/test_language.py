"""The language profiles and the fonts that set them."""

import unicodedata
from pathlib import Path
from typing import get_args

import pytest
from set_lines import break_lines

from portevoix.authoring.language import Language, load_languages
from portevoix.authoring.values import FORMATS
from portevoix.captions.lines import tidy
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Style, Typesetter, _set
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, Library

PROFILES = load_languages(ROOT / "portevoix" / "languages")
CODES = ["ar", "de", "en", "es", "fa", "fr", "he", "hi", "it", "ja", "ko", "pt", "ru", "th", "tr", "uk"]
CODES += ["zh-Hans", "zh-Hant"]
GREEK = """\
code: el
name: Ελληνικά
english_name: Greek
direction: ltr
script: Grek
line_breaker: spaces
characters_per_line: {wide: 38, square: 28, portrait: 28, story: 24}
lines: {wide: 2, square: 2, portrait: 3, story: 3}
counts: characters
reading_speed_cps: 17
shortest_cue_s: 0.833
longest_cue_s: 7
gap_frames: 2
quotes: {opening: "«", closing: "»", inner_opening: "“", inner_closing: "”"}
dialogue_dash: {character: "-", space: false, speakers: both}
digits: latn
italics: allowed
keep_with_next: [ο, η, το, οι, τα, του, της, των, σε, με, για, και, δεν, να]
locales: {facebook: el_GR, youtube: el, x: EL}
sample: "«Το κλίμα αλλάζει γρήγορα», είπε η υπουργός· 195 χώρες υπέγραψαν τη συμφωνία του 2015."
"""
DIGITS = {"latn": "0", "arab": "٠", "arabext": "۰", "deva": "०", "thai": "๐"}


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(ROOT / "fonts")


def white(fonts: Fonts, script: str, weight: str = "bold") -> Style:
    return Style(fonts.families(["Inter"], script), weight, 64, (255, 255, 255), "ltr")


def faults_of(folder: Path, **changed: str) -> list[str]:
    """What load_languages says of the Greek profile with some lines changed."""
    lines = GREEK.splitlines()
    for key, value in changed.items():
        lines = [f"{key}: {value}" if line.startswith(f"{key}:") else line for line in lines]
    (folder / "el.yaml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_languages(folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


# -- profiles ----------------------------------------------------------------------------------------------------------


def test_eighteen_languages_have_a_profile() -> None:
    assert sorted(PROFILES) == CODES


def test_a_language_is_added_by_one_file(tmp_path: Path, fonts: Fonts) -> None:
    (tmp_path / "el.yaml").write_text(GREEK, "utf-8")
    greek = load_languages(tmp_path)["el"]
    setter, style = Typesetter(fonts), white(fonts, greek.script)
    assert not fonts.missing(greek.sample, style.families, "bold")
    lines = break_lines("Θα δούμε αύριο την υπουργό για το κλίμα", greek, lambda t: setter.width(t, style), 900, 2)
    assert lines == ["Θα δούμε αύριο την", "υπουργό για το κλίμα"]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("reading_speed_cps", "400", "el.yaml:10:1: reading_speed_cps: input should be less than or equal to 40"),
        ("gap_frames", "-1", "el.yaml:13:1: gap_frames: input should be greater than or equal to 0 (it is -1)"),
        ("longest_cue_s", "0.5", "el.yaml:12:1: longest_cue_s: input should be greater than or equal to 2"),
        (
            "lines",
            "{wide: 2, square: 9, portrait: 3, story: 3}",
            "el.yaml:8:18: lines.square: input should be less than or equal to 4 (it is 9)",
        ),
        ("lines", "{wide: 2}", "el.yaml:8:1: lines: has wide; write one number for each of wide, square"),
        (
            "quotes",
            '{opening: "<<", closing: "»", inner_opening: "“", inner_closing: "”"}',
            "el.yaml:14:10: quotes.opening: string should have at most 1 character",
        ),
        ("keep_with_next", "[ο, Και]", "el.yaml:18:1: keep_with_next: 'Και' is not one word in lower case"),
        ("keep_with_next", "[ο, και, ο]", "el.yaml:18:1: keep_with_next: 'ο' stands twice"),
        ("locales", "{facebook: el, youtube: el, x: EL}", "'el' is not a locale of facebook, which writes fr_FR"),
        ("locales", "{facebook: el_GR, youtube: el}", "el.yaml:19:1: locales: x is missing"),
        ("locales", "{facebok: el_GR}", "the platform 'facebok' is not known; known: facebook, linkedin, x, youtube"),
        ("code", "gr", "el.yaml:1:1: 'gr' is not the file's name; call it gr.yaml"),
        ("script", "Greek", "el.yaml:5:1: script: 'Greek' is not known; choose"),
    ],
)
def test_a_wrong_value_is_named_with_its_place_and_its_remedy(tmp_path: Path, key: str, value: str, said: str) -> None:
    (fault,) = faults_of(tmp_path, **{key: value})
    assert said in fault


def test_the_faults_of_all_profiles_come_together(tmp_path: Path) -> None:
    (tmp_path / "xx.yaml").write_text(GREEK.replace("code: el", "code: xx\naliases: [el]"), "utf-8")
    (tmp_path / "yy.yaml").write_text("code: yy", "utf-8")
    found = faults_of(tmp_path, digits="roman")
    assert {fault.split(":")[0] for fault in found} == {"el.yaml", "yy.yaml"}
    (tmp_path / "yy.yaml").unlink()
    (fault,) = faults_of(tmp_path, name="Ελληνικά")
    assert fault == "xx.yaml:2:1: 'el' already names the language of el.yaml"


@pytest.mark.parametrize(
    ("code", "text", "counted"),
    [
        ("fr", "L’été\nici", 8),
        ("ar", "وقّعت", 4),
        ("he", "שָׁלוֹם\u200f", 4),
        ("fa", "می\u200cکند", 5),
        ("hi", "हिन्दी", 6),
        ("th", "ที่นี่", 2),
        ("ja", "東京 2026", 4.5),
        ("ko", "한국, A", 3.5),
        ("zh-Hant", "「氣候」", 4),
    ],
)
def test_a_text_is_as_long_as_its_readers_count(code: str, text: str, counted: float) -> None:
    assert PROFILES[code].length(text) == counted


@pytest.mark.parametrize("code", CODES)
def test_a_sample_is_written_as_its_profile_says(code: str) -> None:
    language = PROFILES[code]
    zero = ord(DIGITS[language.digits])
    digits = {ord(c) for c in language.sample if unicodedata.category(c) == "Nd"}
    assert digits and digits <= set(range(zero, zero + 10))
    assert not {c for c in language.sample if c in "“”‘’«»„‚「」『』"} - {*language.quotes.model_dump().values(), "’"}
    assert 40 / (1 + (language.counts == "full_width")) <= language.length(language.sample) <= 110


@pytest.mark.parametrize("code", CODES)
def test_a_line_as_long_as_planned_fits_every_format(code: str, artist: Artist) -> None:
    language = PROFILES[code]
    for name in FORMATS:
        frame = Canvas.of_format(name, draft=False).frame
        style = artist.captions.style(language, frame)
        each = artist.identity.type.width(language.sample, style) / language.length(language.sample)
        assert each * language.characters_per_line[name] <= artist.captions.limit(frame), name


@pytest.mark.parametrize("code", ["ja", "zh-Hans", "zh-Hant", "ko", "th"])
def test_no_line_begins_with_what_may_not_begin_one(code: str) -> None:
    language = PROFILES[code]
    assert not set(language.never_begins_line) & set(language.never_ends_line)
    for limit in range(6, 20):
        lines = break_lines(language.sample, language, len, limit, 40) or []
        assert all(line[0] not in language.never_begins_line for line in lines[1:])


# -- fonts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kit", ["Inter", "Spectral"])
def test_every_sample_has_all_its_glyphs_in_both_weights(code: str, kit: str, fonts: Fonts, library: Library) -> None:
    language: Language = library.languages[code]
    families = fonts.families([kit], language.script)
    marks = [*language.quotes.model_dump().values(), language.dialogue_dash.character, language.never_begins_line]
    for weight in ("regular", "bold"):
        for text in (language.sample, tidy(language.sample, language), language.name, *marks):
            assert fonts.missing(text, families, weight) == []


def test_every_script_that_a_profile_may_name_has_a_font(fonts: Fonts) -> None:
    assert set(get_args(Language.model_fields["script"].annotation)) == set(fonts.listed.scripts)


@pytest.mark.parametrize("code", CODES)
def test_a_scripts_own_letters_come_from_one_font(code: str, fonts: Fonts) -> None:
    language = PROFILES[code]
    for family in fonts.listed.scripts[language.script]:
        letters = {ord(c) for c in language.sample if unicodedata.category(c)[0] == "L"}
        for weight in ("regular", "bold"):
            assert letters <= fonts.faces[(family, weight)].characters, family


def test_each_language_of_han_letters_has_its_own_shapes_first(fonts: Fonts) -> None:
    firsts = {script: fonts.families(["Inter"], script)[0] for script in ("Hans", "Hant", "Jpan", "Kore")}
    assert list(firsts.values()) == ["Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR"]


def test_a_kits_family_comes_first_only_where_it_serves_the_script(fonts: Fonts) -> None:
    assert fonts.families(["Spectral"], "Cyrl")[:2] == ("Spectral", "Noto Sans")
    assert fonts.families(["Spectral"], "Grek")[:2] == ("Noto Sans", "Spectral")
    assert fonts.families(["Inter"], "Arab")[:4] == ("Noto Sans Arabic", "Inter", "Noto Sans", "Noto Sans SC")


@pytest.mark.parametrize("code", CODES)
def test_every_language_may_quote_every_other(code: str, fonts: Fonts) -> None:
    families = fonts.families(["Inter"], PROFILES[code].script)
    assert fonts.missing("".join(other.sample for other in PROFILES.values()), families, "bold") == []


EMOJI = {
    "a face": "😀",
    "a heart that is a letter without its selector": "❤\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "a flag": "🇫🇷",
    "a flag of a region": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "a skin tone": "👍🏽",
    "a family": "👩\u200d👩\u200d👧\u200d👦",
    "an astronaut": "👩🏿\u200d🚀",
    "a star that text fonts hold too": "⭐",
    "a tick that no text font holds": "✔",
}


@pytest.mark.parametrize("emoji", EMOJI.values(), ids=EMOJI)
def test_an_emoji_sequence_is_one_coloured_picture_on_the_lines_baseline(emoji: str, fonts: Fonts) -> None:
    style = white(fonts, "Latn")
    assert fonts.missing(emoji, style.families, "bold") == []
    assert fonts.in_colour(f"x {emoji}", style.families, "bold")
    image = _uncoloured(emoji, style)
    assert any(max(p[:3]) > 100 for p in _pixels(image) if p[3] == 255)  # text would be black
    assert image.width <= 1.4 * style.size  # one picture, not its parts in a row
    assert abs(_foot_of_x(f"x {emoji}", fonts) - _foot_of_x("x", fonts)) <= 1


@pytest.mark.parametrize("code", CODES)
def test_the_baseline_is_the_same_beside_the_letters_of_every_language(code: str, fonts: Fonts) -> None:
    assert abs(_foot_of_x(f"x {PROFILES[code].name}", fonts) - _foot_of_x("x", fonts)) <= 1


@pytest.mark.parametrize("text", ["2026 # * ©", "❤", "☀ ☀\ufe0e", "→ ★ ✓", "№ 5 – «да»"])
def test_signs_that_a_text_font_holds_keep_the_lines_colour(text: str, fonts: Fonts) -> None:
    style = white(fonts, "Latn")
    assert not fonts.in_colour(text, style.families, "bold")
    assert all(p[:3] == (0, 0, 0) for p in _pixels(_uncoloured(text, style)) if p[3] == 255)


def test_selectors_and_joiners_are_never_missing_but_a_mark_without_a_glyph_is(fonts: Fonts) -> None:
    families = fonts.families(["Inter"], "Latn")
    assert fonts.missing("x\ufe0f\ufe0e\u200d\u200c\u200f\U000e0067\U000e0100", families, "regular") == []
    assert fonts.missing("a\u0301 b\u1bab 𓀀 \u20e3", families, "regular") == ["\u1bab", "𓀀"]


def test_a_family_without_a_file_or_a_script_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "fonts.yaml").write_text(
        "scripts: {Latn: [Interr]}\nfiles:\n  - {file: Inter.ttf, family: Inter, weight: regular}\n", "utf-8"
    )
    with pytest.raises(InvalidInput) as caught:
        Fonts(tmp_path)
    assert [str(fault).removeprefix(f"{tmp_path}/fonts.yaml") for fault in caught.value.faults] == [
        ":1:18: the family 'Interr' has no file; families with files: Inter",
        f":3:6: 'Inter.ttf' is not in {tmp_path}; put it there",
        ":3:23: 'Inter' serves no script; add it under `scripts`",
    ]


def _foot_of_x(text: str, fonts: Fonts) -> int:
    """Where the ink of the first letter ends, in pixels below the baseline that the typesetter tells."""
    style = white(fonts, "Latn")
    setter = Typesetter(fonts)
    line = setter.line(text, style)
    column = line.image.crop((0, 0, setter.width("x", style), line.image.height)).getbbox()
    assert column is not None
    return line.top + column[3]


def _uncoloured(text: str, style: Style):
    """The line as Pango sets it without being told a colour: text black, emoji in their own."""
    return _set(text, style)


def _pixels(image: object) -> list[tuple[int, ...]]:
    data = image.write_to_memory()
    return [tuple(data[n : n + 4]) for n in range(0, len(data), 4)]
