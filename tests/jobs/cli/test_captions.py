"""`portevoix captions`, as a translator uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from portevoix.captions.files.read import read_captions
from portevoix.cli import DONE, FAILED, WRONG_INPUT, app
from portevoix.library import ROOT

SCRIPTS = ROOT / "examples" / "sintel" / "scripts"
FILM = ROOT / "examples" / "sintel" / "media" / "sintel.mp4"


def run(store: Path, *words: object) -> tuple[int, str]:
    result = CliRunner().invoke(
        app, ["captions", *map(str, words)], env={"PORTEVOIX_STORE": str(store), "COLUMNS": "200"}
    )
    return result.exit_code, result.output


@pytest.mark.parametrize("code", ["fr", "en", "es", "ru", "de", "ar", "zh"])
def test_the_examples_captions_would_be_signed(tmp_path: Path, code: str) -> None:
    other = "fr" if code == "en" else "en"
    beside = f"{SCRIPTS / f'{other}.vtt'}:{other}"
    done, said = run(
        tmp_path,
        "check",
        SCRIPTS / f"{code}.vtt",
        "--language",
        code,
        "--format",
        "story",
        "--beside",
        beside,
        "--media",
        FILM,
    )
    assert (done, said.splitlines()[-1]) == (DONE, "4 cues, 0 errors, 0 warnings")


def test_a_check_tells_file_line_rule_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nEn 2031, 45 pays seront d’accord.\n", "utf-8")
    (tmp_path / "b.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nIn 2030, 45 countries agree.\n", "utf-8")
    command = ("check", tmp_path / "a.vtt", "--language", "fr", "--beside", f"{tmp_path / 'b.vtt'}:en")
    done, said = run(tmp_path / "store", *command)
    assert done == FAILED
    assert f"{tmp_path / 'a.vtt'}:3: number differs: says 2031" in said.replace("\n", "")
    assert "reading speed" in said and said.splitlines()[-1] == "1 cue, 1 error, 1 warning"
    _, lines = run(tmp_path / "store", *command, "--json")
    assert {(f["rule"], f["strictness"], f["line"]) for f in map(json.loads, lines.splitlines())} == {
        ("number differs", "error", 3),
        ("reading speed", "warning", 3),
    }


def test_captions_are_converted_by_the_endings(tmp_path: Path) -> None:
    assert run(tmp_path, "convert", SCRIPTS / "ar.vtt", tmp_path / "a.json", "--language", "ar")[0] == DONE
    cues = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [(c["start_s"], c["end_s"]) for c in cues][:2] == [(0.167, 2.833), (6.583, 8.0)]
    assert {"start_s", "end_s", "text", "settings"} <= set(cues[0])
    assert run(tmp_path, "convert", SCRIPTS / "ar.vtt", tmp_path / "a.docx", "--language", "ar")[0] == WRONG_INPUT


def test_a_script_becomes_a_draft_on_the_films_speech(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("What brings you here?\n\nI’m searching for someone.\n", "utf-8")
    done, said = run(tmp_path, "align", tmp_path / "words.txt", FILM, tmp_path / "draft.vtt", "--language", "en")
    assert done == DONE and "of them in doubt" in said  # there is music under the words, and the draft says so
    cues = read_captions(tmp_path / "draft.vtt", "en").cues
    assert " ".join(" ".join(cue.text for cue in cues).split()) == "What brings you here? I’m searching for someone."


@pytest.mark.parametrize("media", [(), ("--media", FILM)])
def test_a_contact_sheet_shows_every_cue(tmp_path: Path, media: tuple[object, ...]) -> None:
    sheet = tmp_path / "sheet.png"
    done, said = run(tmp_path, "preview", SCRIPTS / "zh.vtt", sheet, "--language", "zh", "--format", "wide", *media)
    assert done == DONE and str(sheet) in said.replace("\n", "")
    with Image.open(sheet) as page:
        assert page.size[0] == 2000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", SCRIPTS / "fr.vtt", "--language", "xx"), "language 'xx' is not known"),
        (("check", SCRIPTS / "fr.vtt", "--language", "fr", "--format", "tall"), "format 'tall' is not known"),
        (("check", SCRIPTS / "fr.vtt", "--language", "fr", "--beside", "other.vtt"), "its name says no language"),
        (("check", SCRIPTS / "fr.vtt", "--language", "fr", "--beside", ":en"), "write FILE:LANGUAGE"),
        (
            ("check", SCRIPTS / "fr.vtt", "--language", "fr", "--beside", "other.vtt:fra"),
            "'fra' is no language that is known here; did you mean 'fr'?",
        ),
        (("check", SCRIPTS / "fr.vtt", "--language", "fr", "--beside", "other.vtt:xx"), "known here; known: ar, de"),
        (("check", "words.vtt"), "words.vtt: its name says no language; add --language"),
        (("check", FILM, "--language", "fr"), "sintel.mp4"),
    ],
)
def test_a_wrong_word_on_the_line_is_named(tmp_path: Path, words: tuple[object, ...], message: str) -> None:
    done, said = run(tmp_path, *words)
    assert done == WRONG_INPUT and message in said.replace("\n", "")


def test_a_check_names_letters_that_no_font_holds(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:03.000\nMerci : გმადლობთ\n", "utf-8")
    done, said = run(tmp_path / "store", "check", tmp_path / "a.vtt", "--language", "fr")
    assert done == WRONG_INPUT
    assert "U+10D2" in said


def test_a_files_name_says_its_language(tmp_path: Path) -> None:
    (tmp_path / "film.fr.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:03.000\nBonjour à tous\n", "utf-8")
    (tmp_path / "film.en.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:03.000\nBonjour à tous\n", "utf-8")
    done, said = run(tmp_path / "store", "check", tmp_path / "film.fr.vtt")
    assert (done, said.splitlines()[-1]) == (DONE, "1 cue, 0 errors, 0 warnings")
    done, said = run(tmp_path / "store", "check", tmp_path / "film.en.vtt", "--beside", tmp_path / "film.fr.vtt")
    assert done == FAILED and "untranslated" in said
