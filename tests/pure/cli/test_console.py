"""What an author reads of an error, and where the rest of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from portevoix.cli.console import FAILED, errors_reported, write_failures
from portevoix.errors import RenderFailed


def test_what_nobody_foresaw_is_a_sentence_and_its_traceback_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, errors_reported():
        raise ZeroDivisionError("secret of Python")
    said = capsys.readouterr().err
    assert ended.value.exit_code == FAILED
    assert said.startswith("could not be made (ZeroDivisionError)")
    assert "secret of Python" not in said
    log = Path(next(word for word in said.split() if word.endswith(".log")))
    assert "secret of Python" in log.read_text("utf-8")
    log.unlink()


def test_what_a_tool_said_of_a_step_follows_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), errors_reported():
        raise RenderFailed("ffmpeg ended with code 254", "bed.m4a: No such file or directory")
    assert capsys.readouterr().err.splitlines() == [
        "ffmpeg ended with code 254",
        "what was said: bed.m4a: No such file or directory",
    ]


def test_what_a_tool_said_lies_beside_the_deliveries_until_the_next_run(tmp_path: Path) -> None:
    write_failures(["sound: words of ffmpeg"], tmp_path)
    assert (tmp_path / "failures.log").read_text("utf-8") == "sound: words of ffmpeg\n"
    write_failures([], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_gone_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BrokenPipeError), errors_reported():
        raise BrokenPipeError
    assert capsys.readouterr().err == ""
