"""What commands print is what it says."""

from __future__ import annotations

import pytest

from portevoix.cli.console import say


def test_a_name_in_brackets_is_printed_as_it_is_and_no_line_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = f"clips/[final] ministre {'x' * 200}.mp4 is read as [blue]"
    say(sentence, "note")
    assert capsys.readouterr().out == f"note {sentence}\n"
