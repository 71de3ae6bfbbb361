"""A job's files are looked for beside the job, then in the folders that its house names for media."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, load_library
from portevoix.order import Order, accept

FILM = ROOT / "examples" / "sintel" / "media" / "sintel.mp4"
JOB = "recipe: subtitles\nclips: [{file: films/a.mp4, to: 2}]\nscripts: {fr: fr.vtt}\nlanguages: [fr]\n"
CUE = "WEBVTT\n\n00:00.500 --> 00:01.500\nOui.\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A house that names two media folders, the second by an absolute path, and a job that brings a script alone."""
    for folder in ("house/own/films", "share/films", "job/films"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "house" / "house.yaml").write_text(f"media: [own, {tmp_path / 'share'}]\n", "utf-8")
    (tmp_path / "job" / "job.yaml").write_text(JOB, "utf-8")
    (tmp_path / "job" / "fr.vtt").write_text(CUE, "utf-8")
    return tmp_path


def accepted(place: Path) -> Order:
    return accept(place / "job" / "job.yaml", load_library(place / "house"))


def test_a_film_is_found_in_a_media_folder_and_one_beside_the_job_comes_first(place: Path) -> None:
    film = place / "share" / "films" / "a.mp4"
    film.write_bytes(FILM.read_bytes())
    assert accepted(place).sources[0].path == film
    for nearer in ("house/own", "job"):
        (place / nearer / "films" / "a.mp4").symlink_to(place / nearer / "films" / "b.mp4")
        (place / nearer / "films" / "b.mp4").write_bytes(FILM.read_bytes())
        assert accepted(place).sources[0].path == place / nearer / "films" / "b.mp4"


def test_a_script_lies_in_a_media_folder_too_and_is_named_where_it_is(place: Path) -> None:
    (place / "job" / "films" / "a.mp4").write_bytes(FILM.read_bytes())
    (place / "job" / "fr.vtt").rename(place / "share" / "fr.vtt")
    assert [cue.text for cue in accepted(place).scripts["fr"][0].cues] == ["Oui."]
    (place / "share" / "fr.vtt").write_text("WEBVTT\n\n00:09 --> nine\nOui.\n", "utf-8")
    with pytest.raises(InvalidInput) as error:
        accepted(place)
    assert error.value.faults[0].file == str(place / "share" / "fr.vtt")


def test_what_lies_in_neither_place_is_said_with_both(place: Path) -> None:
    with pytest.raises(InvalidInput, match=r"films/a\.mp4 is neither beside the job nor in the house") as error:
        accepted(place)
    assert str(place / "house" / "own") in str(error.value) and str(place / "share") in str(error.value)
    assert error.value.faults[0].line == 2 and len(error.value.faults) == 1


@pytest.mark.parametrize("link", ["films/a.mp4", "films"])
def test_no_link_leads_out_of_a_media_folder(place: Path, link: str) -> None:
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "a.mp4").write_bytes(FILM.read_bytes())
    target = place / "share" / link
    target.rmdir() if target.is_dir() else None
    target.symlink_to(place / "elsewhere" / ("a.mp4" if link.endswith("mp4") else ""))
    with pytest.raises(InvalidInput, match=r"'films/a\.mp4' leads out of the house's media folder"):
        accepted(place)


@pytest.mark.parametrize("named", ["../share/films/a.mp4", "{share}/films/a.mp4", "films/../../share/films/a.mp4"])
def test_a_job_names_no_path_that_leads_out_of_its_folder_also_into_the_media_folder(place: Path, named: str) -> None:
    (place / "share" / "films" / "a.mp4").write_bytes(FILM.read_bytes())
    job = JOB.replace("films/a.mp4", named.format(share=place / "share"))
    (place / "job" / "job.yaml").write_text(job, "utf-8")
    with pytest.raises(InvalidInput, match="leads out of the job's folder"):
        accepted(place)


def test_what_strangers_send_is_never_looked_for_there(place: Path) -> None:
    (place / "share" / "films" / "a.mp4").write_bytes(FILM.read_bytes())
    library = load_library(place / "house").without_media
    with pytest.raises(InvalidInput, match=r"films/a\.mp4 does not exist"):
        accept(place / "job" / "job.yaml", library)


@pytest.mark.parametrize("named", ["/", ".", "[own, /]", "[own, ../../../../../../../../..]"])
def test_a_media_folder_is_not_the_whole_disk(place: Path, named: str) -> None:
    (place / "house" / "house.yaml").write_text(f"media: {named}\n", "utf-8")
    with pytest.raises(InvalidInput, match="is no folder of media alone; name one"):
        load_library(place / "house")


def test_house_check_names_the_media_folders_and_one_that_is_not_there(place: Path) -> None:
    words = ["house", "check", "--house", str(place / "house")]
    checked = CliRunner().invoke(app, words)
    assert checked.exit_code == DONE and f"media: {place / 'share'}" in checked.stdout.replace("\n", "")
    (place / "share" / "films").rmdir()
    (place / "share").rmdir()
    checked = CliRunner().invoke(app, words)
    assert checked.exit_code == WRONG_INPUT
    assert f"{place / 'share'}: is named under `media` in house.yaml, but is no folder here" in checked.stderr
