"""`benchmarks/release_kills.py` in its short form, and that its reader would see what it looks for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from s3 import BUCKET
from s3_moto import Moto

from portevoix.library import ROOT
from portevoix.store.destination import Destination

sys.path.insert(0, str(ROOT / "benchmarks"))

KILLS = 200 if os.environ.get("PORTEVOIX_LONG") else 6


def test_workers_that_are_killed_in_a_release_show_readers_whole_sets_alone(
    moto: Moto, prefix: str, tmp_path: Path
) -> None:
    from release_kills import KEYS, run

    place = {"to": f"s3://{BUCKET}/{prefix}", "endpoint": moto.url, "region": "us-east-1", **KEYS}
    faults, said = run(place, tmp_path, KILLS, seed=1)
    assert faults == [] and said.startswith(f"{KILLS} kills")


def test_its_reader_sees_that_a_file_is_other_or_gone(tmp_path: Path) -> None:
    from release_kills import Reader, run

    place = tmp_path / "published"
    assert run({"to": str(place)}, tmp_path, 1, seed=1)[0] == []
    one, other = list(place.rglob("*.mp4"))[:2]
    reader = Reader(Destination.parse(place).open())
    for spoil, faults in ((lambda: None, 0), (lambda: one.write_bytes(b"other"), 1), (other.unlink, 2)):
        spoil()
        reader.look()
        assert len(reader.faults) == faults
