"""What a dropped file is: its kind by its bytes, its language by its letters, its small words and its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from portevoix.library import Library
from service.http.desk.sorting import language_of, sort

CUE = "1\n00:00:01,000 --> 00:00:03,000\n{}\n"


def test_every_language_knows_its_own_sample(library: Library) -> None:
    languages = library.languages.values()
    found = {language.code: language_of(language.sample, "a.srt", languages) for language in languages}
    assert {code: guess for code, guess in found.items() if code != guess} == {"pt": "es"}, "as like as two such can be"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Paris 2027", "discours-fr.srt", "fr"),
        ("Paris 2027", "ministre_ES.srt", "es"),
        ("Le climat change et nous avec lui, dans toutes les villes", "speech_de.srt", "fr"),
        ("مرحبا", "film.srt", "ar"),
        ("O clima está mudando, e não para de mudar", "film.srt", "pt"),
        ("2027 !", "film.srt", None),
    ],
)
def test_words_say_a_language_louder_than_a_name(library: Library, text: str, name: str, expected: str | None) -> None:
    assert language_of(text, name, library.languages.values()) == expected


def test_an_old_encoding_is_found_with_its_language_and_can_be_corrected(library: Library, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(CUE.format("Это погода, и она меняется для всех нас").encode("cp1251"))
    found = sort(tmp_path / "x", "film.srt", library, None)
    assert (found.kind, found.language, found.facts["encoding"], found.facts["cues"]) == ("captions", "ru", "cp1251", 1)
    assert "read as cp1251" in found.repairs[0]
    said = sort(tmp_path / "x", "film.srt", library, "fr")
    assert (said.language, said.facts.get("encoding", "cp1252")) == ("fr", "cp1252")


def test_a_file_is_what_its_bytes_say(library: Library, tmp_path: Path) -> None:
    Image.new("RGB", (64, 48)).save(tmp_path / "x", "PNG")
    photo = sort(tmp_path / "x", "film.mp4", library, None)
    assert (photo.kind, photo.facts) == ("photo", {"width": 64, "height": 48})
    (tmp_path / "y").write_bytes(b"\0\0\0\x18ftypmp42 and nothing else")
    film = sort(tmp_path / "y", "fr.srt", library, None)
    assert film.kind == "clip" and film.faults
    (tmp_path / "z").write_bytes(b"nothing that anybody reads")
    assert sort(tmp_path / "z", "a.srt", library, None).faults
