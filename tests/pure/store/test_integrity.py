"""What a disk spoils or loses is noticed when a process first takes it, and made again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portevoix.cli.commands import app
from portevoix.store import ArtifactDamaged, ArtifactMissing, FolderStore, verified
from portevoix.store.verified import digest_of

KEY, OTHER = "a" * 64, "b" * 64
FACTS = {"frames": 3}


def file_of(store: FolderStore, key: str = KEY, suffix: str = ".mp4") -> Path:
    return store.root / "artifacts" / key[:2] / f"{key}{suffix}"


def filled(folder: Path, *keys: str) -> FolderStore:
    """A store with artifacts of two files, as a process that has looked at none of them has it."""
    store = FolderStore(folder / "store")
    for key in keys or (KEY,):
        made = {suffix: folder / f"made{suffix}" for suffix in (".mp4", ".json.gz")}
        for file in made.values():
            file.write_bytes(b"bytes of a film")
        store.put(key, made, FACTS)
    return FolderStore(store.root)


def flipped(file: Path) -> None:
    """One bit of a file is another; its length and its time are what they were."""
    before, content = file.stat(), file.read_bytes()
    file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "spoil",
    [lambda file: file.unlink(), lambda file: file.write_bytes(b"byt"), lambda file: file.write_bytes(b"")],
    ids=["lost", "cut", "emptied"],
)
def test_facts_without_their_whole_files_are_no_artifact(spoil: Callable[[Path], object], tmp_path: Path) -> None:
    store = filled(tmp_path)
    spoil(file_of(store))
    assert not store.has(KEY)
    assert filled(tmp_path).path(KEY, ".mp4").read_bytes() == b"bytes of a film", "its step puts it again"


def test_a_note_that_was_spoilt_is_no_artifact_wherever_the_bit_is(tmp_path: Path) -> None:
    store = filled(tmp_path)
    note = file_of(store, suffix=".json")
    content = note.read_bytes()
    for place in range(len(content)):
        note.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert not store.has(KEY), place
    note.write_bytes(content)
    assert store.facts(KEY) == FACTS


def test_a_flipped_bit_is_noticed_by_the_next_process_and_goes_into_nothing(tmp_path: Path) -> None:
    store = filled(tmp_path)
    flipped(file_of(store))
    assert store.facts(KEY) == FACTS
    with pytest.raises(ArtifactDamaged, match=f"artifact {KEY} was spoilt in .* render its job again"):
        store.path(KEY, ".mp4")
    assert not store.has(KEY)
    with pytest.raises(ArtifactMissing):
        store.path(KEY, ".mp4")


def test_a_file_is_hashed_once_by_a_process_and_not_by_the_one_that_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(verified, "digest_of", lambda file: read.append(file) or digest_of(file))
    store = filled(tmp_path)
    assert [store.path(KEY, ".mp4") for _ in range(3)] and read == [file_of(store)]
    os.utime(file_of(store))
    store.path(KEY, ".mp4")
    assert read == [file_of(store)] * 2, "it may have been written to since"


def test_a_spoilt_input_is_gone_and_may_be_uploaded_again(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    source.write_bytes(b"a film")
    store = FolderStore(tmp_path / "store")
    digest = store.put_input(source)
    flipped(store.input_path(digest))
    with pytest.raises(ArtifactDamaged, match="upload it again"):
        FolderStore(store.root).input_path(digest)
    assert not store.has_input(digest)
    assert store.put_input(source) == digest and store.input_path(digest).read_bytes() == b"a film"


def test_verify_names_all_that_is_spoilt_and_removes_it_where_it_is_asked_to(tmp_path: Path) -> None:
    store = filled(tmp_path, KEY, OTHER, "c" * 64, "d" * 64)
    source = tmp_path / "a.mp4"
    source.write_bytes(b"a film")
    digest = store.put_input(source)
    verify = ["store", "verify", "--store", str(store.root)]
    answer = CliRunner().invoke(app, verify)
    assert (answer.exit_code, answer.output) == (0, "all is as it was put in\n")
    flipped(file_of(store))
    file_of(store, OTHER).unlink()
    file_of(store, "c" * 64, ".json").write_text(json.dumps(FACTS))  # as it was written before files were listed
    flipped(store.root / "inputs" / digest[:2] / digest)
    said = [
        f"artifact {KEY}: .mp4 has other bytes than were put in",
        f"artifact {OTHER}: .mp4 is not there, or has another length",
        f"artifact {'c' * 64}: has no note that can be read",
        f"input {digest}: has other bytes than its name says",
    ]
    answer = CliRunner().invoke(app, verify)
    assert (answer.exit_code, answer.output.splitlines()) == (1, [*said, "4 spoilt"])
    answer = CliRunner().invoke(app, [*verify, "--remove"])
    assert (answer.exit_code, answer.output.splitlines()) == (0, [*said, "4 spoilt; removed"])
    assert CliRunner().invoke(app, verify).exit_code == 0
    assert store.has("d" * 64) and not store.has(KEY) and not store.has_input(digest)
