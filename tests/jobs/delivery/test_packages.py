"""The demonstration's package is the one that the documentation lists."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from portevoix.cli.commands import app
from portevoix.library import ROOT
from portevoix.produce import Production, Selection, produce
from portevoix.store import Store


def test_the_documented_package_is_the_one_that_is_made(tmp_path: Path, store: Store) -> None:
    job = ROOT / "examples" / "notice" / "storm.yaml"
    outcome = produce(job, tmp_path / "build", Production(store, Selection(frozenset({"ar"}))))
    assert (outcome.failures, outcome.blocks) == ([], [])
    target = tmp_path / "storm"
    command = ["package", str(tmp_path / "build"), str(target), "--account", "ministere_ar"]
    assert CliRunner().invoke(app, command).exit_code == 0
    [listed] = re.findall(r"```\n(manifest\.json\n.*?)```", (ROOT / "docs" / "delivery.md").read_text("utf-8"), re.S)
    assert sorted(listed.split()) == sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file())
