"""Where fontconfig is told what fonts there are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portevoix.drawing.fonts import Fonts
from portevoix.library import ROOT


def test_a_folder_that_others_can_write_to_names_no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", "")  # so that it is put back
    prepared = tmp_path / f"portevoix-fontconfig-{os.getuid()}"
    prepared.mkdir()
    prepared.chmod(0o777)
    Fonts(ROOT / "fonts")
    told = Path(os.environ["FONTCONFIG_FILE"]).parent
    assert told != prepared and told.stat().st_mode & 0o077 == 0
    prepared.chmod(0o700)
    Fonts(ROOT / "fonts")
    assert Path(os.environ["FONTCONFIG_FILE"]).parent == prepared
