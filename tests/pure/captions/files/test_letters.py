"""Encodings, characters that do not belong in captions, text saved back to front."""

import codecs
from pathlib import Path

import pytest

from portevoix.captions.cue import CaptionFile
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput


def _read(folder: Path, content: str | bytes, name: str, language: str = "fr") -> CaptionFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


def _srt(words: str) -> str:
    return f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n"


SENTENCES = {
    ("ar", "cp1256"): "تحمل الريح حكايات الماضي",
    ("ar", "iso8859-6"): "تحمل الريح حكايات الماضي",
    ("ru", "cp1251"): "Ветер несёт старые предания",
    ("ru", "koi8-r"): "Ветер несёт старые предания",
    ("uk", "cp1251"): "Вітер несе їхні перекази",
    ("uk", "koi8-u"): "Вітер несе їхні перекази",
    ("el", "cp1253"): "Ο άνεμος φέρνει ιστορίες",
    ("he", "cp1255"): "הרוח נושאת סיפורים מן העבר",
    ("th", "cp874"): "สายลมพัดพาเรื่องราวในอดีต",
    ("tr", "cp1254"): "Rüzgâr geçmişin öykülerini taşıyor",
    ("zh", "gb18030"): "孤独的旅人，你为什么来到这里？",
    ("zh-Hant", "big5hkscs"): "孤獨的旅人，你為什麼來到這裡？",
    ("ja", "cp932"): "風が昔の物語を運んでくる",
    ("ja", "euc_jp"): "風が昔の物語を運んでくる",
    ("ko", "cp949"): "바람이 옛이야기를 실어 온다",
    ("fr", "cp1252"): "L’œuf, où étais-tu à Noël ?",
    ("fr", "iso8859-15"): "L'œuf, où étais-tu à Noël ?",
    ("cs", "iso8859-2"): "Příliš žluťoučký kůň",
    ("pl", "cp1250"): "Wiatr niesie dawne opowieści, żółć",
}


@pytest.mark.parametrize(("language", "encoding"), SENTENCES)
def test_a_sentence_in_an_old_encoding_is_read_and_said(tmp_path: Path, language: str, encoding: str) -> None:
    words = SENTENCES[language, encoding]
    file = _read(tmp_path, _srt(words).encode(encoding), "a.srt", language)
    assert (file.encoding, file.cues[0].text) == (encoding, words)
    assert file.repairs == (f"{tmp_path / 'a.srt'}:1: read as {encoding}; save it as UTF-8",)


@pytest.mark.parametrize(
    ("declared", "language", "encoding"),
    [
        ("fr", "ru", "cp1251"),
        ("de", "el", "cp1253"),
        ("en", "he", "cp1255"),
        ("fr", "zh", "gb18030"),
        ("hi", "fr", "cp1252"),
    ],
)
def test_an_encoding_that_does_not_fit_the_language_is_never_guessed(
    tmp_path: Path, declared: str, language: str, encoding: str
) -> None:
    with pytest.raises(InvalidInput, match=f"no older encoding of '{declared}' fits; save it as UTF-8"):
        _read(tmp_path, _srt(SENTENCES[language, encoding]).encode(encoding), "a.srt", declared)


@pytest.mark.parametrize(
    ("mark", "encoding", "named"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
        (b"", "utf-16-le", "utf-16-le"),
        (b"", "utf-16-be", "utf-16-be"),
        (b"", "utf-32-le", "utf-32-le"),
        (b"", "utf-32-be", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("words", ["Où étais-tu ?", "تحمل الريح", "孤独的旅人"])
def test_every_width_of_unicode_is_read(tmp_path: Path, mark: bytes, encoding: str, named: str, words: str) -> None:
    file = _read(tmp_path, mark + _srt(words).encode(encoding), "a.srt")
    assert (file.encoding, file.cues[0].text) == (named, words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (codecs.BOM_UTF16_LE + _srt("Où").encode("utf-16-le")[:-1], "is UTF-16 and ends in the middle of a letter"),
        (codecs.BOM_UTF16_LE + _srt("a").encode("utf-16-le") + b"\x3d\xd8", r"is not whole UTF-16 \(byte \d+\)"),
        (_srt("été à").encode()[:-2], r"ends in the middle of a letter \(byte \d+\)"),
    ],
)
def test_a_file_cut_short_says_so(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(tmp_path, content, "a.srt")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a\x1bb", r"a.srt:3:2: holds the control character U\+001B; delete it"),
        ("a\0b", r"a.srt:3:2: holds the control character U\+0000; delete it"),
        ("l\x92eau", r"a.srt:3:2: holds the control character U\+0092; '’' was meant"),
        ("caf\ufffd", r"a.srt:3:4: holds U\+FFFD, which stands for a letter that was lost"),
    ],
)
def test_a_control_character_is_a_fault_at_its_place(tmp_path: Path, words: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(tmp_path, _srt(words), "a.srt")


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("\u202bتحمل UN.", "تحمل UN.", "a bidirectional control that nothing closes"),
        ("تحمل \u202aUN\u202c.", "تحمل \u202aUN\u202c.", "embeddings or overrides"),
        ("one\u2028two", "one\ntwo", "a line separator"),
        ("a\ufeffb", "ab", "a byte-order mark within its text"),
        ("ﺗﺤﻤﻞ ﺍﻟﺮﻳﺢ", "تحمل الريح", "presentation forms"),
        ("\u200fتحمل\u200e \u2067UN\u2069 \u200cا", "\u200fتحمل\u200e \u2067UN\u2069 \u200cا", ""),
        ("ﷺ ﷼", "ﷺ ﷼", ""),
    ],
)
def test_invisible_and_shaped_characters_are_mended_and_said(tmp_path: Path, words: str, text: str, said: str) -> None:
    file = _read(tmp_path, _srt(words), "a.srt", "ar")
    assert file.cues[0].text == text
    assert [said in repair for repair in file.repairs] == ([True] if said else [])


@pytest.mark.parametrize(
    ("language", "words"), [("he", "שלום עולם, בוקר טוב לכולם"), ("ar", "الحكومة في المدينة على الأولى")]
)
def test_letters_saved_back_to_front_are_a_fault(tmp_path: Path, language: str, words: str) -> None:
    assert _read(tmp_path, _srt(words), "a.srt", language).repairs == ()
    with pytest.raises(InvalidInput, match=r"a.srt:2:1: holds words back to front"):
        _read(tmp_path, _srt(words[::-1]), "a.srt", language)


def test_shaped_letters_saved_back_to_front_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a.srt:3:1: is saved back to front"):
        _read(tmp_path, _srt("ﺗﺤﻤﻞ ﺍﻟﺮﻳﺢ"[::-1]), "a.srt", "ar")


@pytest.mark.parametrize(
    ("words", "said"), [(".تحمل الريح", True), ("؟ لماذا", True), ("...تحمل", False), ("تحمل.", False), (".Net", False)]
)
def test_punctuation_put_first_is_said(tmp_path: Path, words: str, said: bool) -> None:
    assert (
        any("begins with its final punctuation" in r for r in _read(tmp_path, _srt(words), "a.srt", "ar").repairs)
        == said
    )


@pytest.mark.parametrize("words", ["Où étais-tu, à Noël ?", "L’eau", "Ветер несёт", "تحمل الريح", "הרוח נושאת"])
def test_a_text_saved_as_utf8_twice_is_a_fault(tmp_path: Path, words: str) -> None:
    twice = f"{words} {words}".encode().decode("cp1252", "ignore")
    with pytest.raises(InvalidInput, match=r"a.srt:3:1: .* saved as UTF-8 twice"):
        _read(tmp_path, _srt(twice), "a.srt", "fr")


@pytest.mark.parametrize(
    "words", ["UN CAFÉ… UNE « IDÉE »", "¿ESPAÑ… AÑ…?", "3×«2»", "SÃO PAULO", "AMANHÃ\u00a0! MANHÃ\u00a0!", "À\u00a0toi"]
)
def test_capitals_before_signs_are_not_taken_for_it(tmp_path: Path, words: str) -> None:
    assert _read(tmp_path, _srt(words), "a.srt", "es").repairs == ()


def test_running_text_that_lacks_its_languages_commonest_letters_is_not_believed(tmp_path: Path) -> None:
    greek = "Ο άνεμος φέρνει παλιές ιστορίες από τα βουνά, και η θάλασσα τις παίρνει μαζί της στα βαθιά νερά".encode(
        "cp1253"
    )
    assert len(greek.decode("cp1251")) > 60  # every byte of it is a Russian letter
    with pytest.raises(InvalidInput, match="no older encoding of 'ru' fits"):
        _read(tmp_path, _srt("").encode() + greek, "a.srt", "ru")


@pytest.mark.parametrize(
    ("language", "encoding", "words"),
    [
        ("ru", "iso8859-5", "Добрый день, уважаемые коллеги"),
        ("sr", "cp1250", "Poštovani građani, čekamo vašu žurku"),
        ("sr", "iso8859-2", "Poštovani građani, čekamo vašu žurku"),
        ("cs", "iso8859-2", "Příliš žluťoučký kůň"),
        ("ja", "iso2022_jp", "今日はとても良い天気ですね"),
        ("fr", "iso8859-15", "Un œuf à 3 €"),
    ],
)
def test_more_old_encodings_are_read_right(tmp_path: Path, language: str, encoding: str, words: str) -> None:
    assert _read(tmp_path, _srt(words).encode(encoding), "a.srt", language).cues[0].text == words


@pytest.mark.parametrize(
    ("language", "encoding", "words"),
    [
        ("fr", "cp850", "L'été, le café est fermé."),
        ("fr", "mac_roman", "L'été, le café est fermé."),
        ("es", "mac_roman", "El niño comió piña en la montaña"),
        ("pl", "cp852", "Zażółć gęślą jaźń"),
    ],
)
def test_an_encoding_whose_letters_would_be_wrong_is_asked_about(
    tmp_path: Path, language: str, encoding: str, words: str
) -> None:
    data = _srt(words).encode(encoding)
    with pytest.raises(InvalidInput, match=r"encoding: \{LANGUAGE: NAME\}` in the job, --encoding on the command line"):
        _read(tmp_path, data, "a.srt", language)
    assert read_captions(tmp_path / "a.srt", language, encoding=encoding).cues[0].text == words


def test_two_readings_that_are_alike_are_both_shown(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"may be \S+ \('.+'\) or \S+ \('.+'\); name the right one"):
        _read(tmp_path, _srt("ДА").encode("cp1251"), "a.srt", "ru")
    with pytest.raises(InvalidInput, match="'klingon', which is no encoding that is known"):
        read_captions(tmp_path / "a.srt", "ru", encoding="klingon")
