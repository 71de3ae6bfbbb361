"""Sets become visible all at once, in a folder and on two real S3 services: Swift looks at checksums and knows no
conditional writes; moto knows these, encryption and tags.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from published import JOB, PATHS, made_set, read_set
from s3 import BUCKET, Swift
from s3_moto import Moto

from portevoix.delivery.publishing import Edition, newest_edition, publish, withdraw
from portevoix.errors import InvalidInput
from portevoix.store import ArtifactDamaged, StoreRefused
from portevoix.store.destination import Destination
from portevoix.store.objects_folder import FolderObjects
from portevoix.store.s3_client import client
from portevoix.store.settings import ObjectSettings


@pytest.fixture(params=["folder", "swift", "moto"])
def destination(request: pytest.FixtureRequest, prefix: str, tmp_path: Path) -> Destination:
    if request.param == "folder":
        return Destination.parse(tmp_path / "published")
    server: Swift | Moto = request.getfixturevalue(request.param)
    return Destination(f"s3://{BUCKET}/{prefix}", server.settings())


def publish_version(destination: Destination, folder: Path, version: int) -> Edition:
    return publish(*made_set(folder / str(version), version), destination).edition


def publish_at_once(destination: Destination, folder: Path) -> list[Edition]:
    """Four versions, published in the same moment."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda version: publish_version(destination, folder, version), (1, 2, 3, 4)))


def writes(destination: Destination) -> Any:
    """What lies at a destination, each name with the hour of its writing."""
    objects = destination.open()
    if destination.s3.endpoint:
        return [(item.name, item.modified) for item in objects.listed("")]
    return [(name, (Path(destination.place) / name).stat().st_mtime_ns) for name in objects.names("")]


def test_a_published_set_is_what_its_manifest_says(destination: Destination, tmp_path: Path) -> None:
    objects = destination.open()
    assert read_set(objects) == 0
    edition = publish_version(destination, tmp_path, 1)
    paths = [delivery["path"] for delivery in edition.manifest["deliveries"]]
    assert read_set(objects) == 1
    assert [Path(path).name for path in paths] == [Path(path).name for path in PATHS], "a download keeps its name"
    expected = [*paths, edition.name, f"manifests/{JOB}/newest.json"]
    assert sorted(objects.names("")) == sorted(expected), "nothing else is there"


def test_the_same_set_again_writes_nothing(destination: Destination, tmp_path: Path) -> None:
    folder, manifest = made_set(tmp_path / "1", 1)
    first = publish(folder, {**manifest, "created": "at nine"}, destination)
    before = writes(destination)
    again = publish(folder, {**manifest, "created": "at ten"}, destination)
    assert (first.changed, again.changed) == (True, False) and again.edition == first.edition
    assert writes(destination) == before


def test_a_corrected_set_says_what_it_replaces_and_overwrites_nothing(destination: Destination, tmp_path: Path) -> None:
    objects = destination.open()
    first = publish_version(destination, tmp_path, 1)
    second = publish_version(destination, tmp_path, 2)
    assert (first.manifest["replaces"], second.manifest["replaces"]) == (None, first.digest)
    assert (first.number, second.number, read_set(objects)) == (1, 2, 2)
    assert objects.read(first.name) == first.content
    for delivery in first.manifest["deliveries"]:
        assert objects.digest(delivery["path"]) == delivery["sha256"]
    assert len(list(objects.names("files/"))) == 5, "the file that did not change is there once"


def test_another_jobs_sets_are_not_this_ones(destination: Destination, tmp_path: Path) -> None:
    publish_version(destination, tmp_path, 3)
    folder, manifest = made_set(tmp_path / "other", 4)
    publish(folder, {**manifest, "job": f"{JOB}.2"}, destination)
    withdraw(f"{JOB}.2", destination)
    assert (read_set(destination.open()), read_set(destination.open(), f"{JOB}.2")) == (3, -1)
    assert newest_edition(destination.open(), "clima") is None


def test_a_reader_never_sees_half_a_set(destination: Destination, tmp_path: Path) -> None:
    done = threading.Event()

    def read() -> list[int]:
        versions = []
        while not done.is_set():
            versions.append(read_set(destination.open()))
        return [*versions, read_set(destination.open())]

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        for version in (1, 2, 3, 4):
            publish_version(destination, tmp_path, version)
        done.set()
        versions = reading.result()
    assert versions == sorted(versions) and versions[-1] == 4


def test_of_sets_published_in_the_same_moment_one_stands_whole(destination: Destination, tmp_path: Path) -> None:
    editions = publish_at_once(destination, tmp_path)
    newest = newest_edition(destination.open(), JOB)
    assert newest in editions and read_set(destination.open()) == newest.manifest["version"]


@pytest.mark.parametrize("destination", ["folder", "moto"], indirect=True)
def test_where_the_place_compares_all_that_are_published_at_once_are_one_chain(
    destination: Destination, tmp_path: Path
) -> None:
    chain = sorted(publish_at_once(destination, tmp_path), key=lambda edition: edition.number)
    assert [edition.number for edition in chain] == [1, 2, 3, 4]
    replaced = [edition.manifest["replaces"] for edition in chain]
    assert replaced == [None, *(edition.digest for edition in chain[:-1])]
    assert newest_edition(destination.open(), JOB) == chain[-1]


def test_a_withdrawn_job_names_nothing_and_its_files_are_gone(destination: Destination, tmp_path: Path) -> None:
    objects = destination.open()
    first, second = (publish_version(destination, tmp_path, version) for version in (1, 2))
    taken = withdraw(JOB, destination)
    assert taken.edition and taken.edition.manifest["replaces"] == second.digest
    assert (taken.deleted, taken.kept, read_set(objects)) == (5, {}, -1)
    assert list(objects.names("files/")) == []
    assert objects.read(first.name) == first.content, "what was published stays on record"
    again = withdraw(JOB, destination)
    assert (again.edition, again.deleted) == (taken.edition, 0)


def test_a_job_may_be_published_again_after_it_was_withdrawn(destination: Destination, tmp_path: Path) -> None:
    publish_version(destination, tmp_path, 1)
    taken = withdraw(JOB, destination).edition
    again = publish_version(destination, tmp_path, 1)
    assert taken and (again.number, again.manifest["replaces"]) == (3, taken.digest)
    assert read_set(destination.open()) == 1


def test_a_publication_that_a_withdrawal_overtakes_names_no_file_that_is_gone(
    destination: Destination, tmp_path: Path
) -> None:
    publish_version(destination, tmp_path, 1)
    taken: list[object] = []

    def overtake(step: str) -> None:
        if step == "files" and not taken:
            taken.append(withdraw(JOB, destination))

    edition = publish(*made_set(tmp_path / "2", 2), destination, overtake).edition
    assert edition.number == 3 and read_set(destination.open()) == 2


def test_what_was_never_published_cannot_be_withdrawn(destination: Destination) -> None:
    taken = withdraw(JOB, destination)
    assert (taken.edition, taken.deleted) == (None, 0) and list(destination.open().names("")) == []


def test_a_file_that_is_not_what_the_manifest_says_stops_the_publication(
    destination: Destination, tmp_path: Path
) -> None:
    folder, manifest = made_set(tmp_path / "1", 1)
    (folder / PATHS[1]).write_bytes(b"something else")
    with pytest.raises(ArtifactDamaged, match=r"climat\.fr_FR\.srt"):
        publish(folder, manifest, destination)
    assert read_set(destination.open()) == 0


def overwrite(destination: Destination, name: str, content: bytes) -> None:
    """Write as another program does: over what is there."""
    if not destination.s3.endpoint:
        (Path(destination.place) / name).parent.mkdir(parents=True, exist_ok=True)
        (Path(destination.place) / name).write_bytes(content)
        return
    bucket: Any = destination.open()
    client(destination.s3).put_object(Bucket=bucket.name, Key=bucket.prefix + name, Body=content)


def test_a_file_that_another_program_has_written_over_is_named(destination: Destination, tmp_path: Path) -> None:
    edition = publish_version(destination, tmp_path, 1)
    path = edition.manifest["deliveries"][1]["path"]
    overwrite(destination, path, b"other bytes")
    with pytest.raises(StoreRefused, match=f"another program has written to {path}"):
        publish_version(destination, tmp_path, 1)


def test_the_right_bytes_from_another_program_will_do(destination: Destination, tmp_path: Path) -> None:
    edition = publish_version(destination, tmp_path, 1)
    path = edition.manifest["deliveries"][1]["path"]
    overwrite(destination, path, (tmp_path / "1" / PATHS[1]).read_bytes())
    assert publish_version(destination, tmp_path, 1) == edition


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"job": "climat", "number": "x"}', b"\xff"])
def test_a_newest_manifest_of_another_program_is_not_written_over(
    destination: Destination, tmp_path: Path, content: bytes
) -> None:
    overwrite(destination, f"manifests/{JOB}/newest.json", content)
    with pytest.raises(StoreRefused, match=r"newest\.json was not written by Portevoix"):
        publish_version(destination, tmp_path, 1)
    assert destination.open().read(f"manifests/{JOB}/newest.json") == content


def test_other_files_at_a_destination_are_left_alone(destination: Destination, tmp_path: Path) -> None:
    others = ["readme.txt", f"manifests/{JOB}/notes.json", f"files/{JOB}/000001/logo.png", "files/other/000001/x"]
    for name in others:
        overwrite(destination, name, b"theirs")
    publish_version(destination, tmp_path, 1)
    withdraw(JOB, destination)
    assert all(destination.open().read(name) == b"theirs" for name in others)


@pytest.mark.parametrize("job", ["", "..", "a/b", "a\nb"])
def test_a_name_that_cannot_be_published_is_said(job: str, tmp_path: Path) -> None:
    destination = Destination.parse(tmp_path / "published")
    folder, manifest = made_set(tmp_path / "1", 1)
    for call in (lambda: publish(folder, {**manifest, "job": job}, destination), lambda: withdraw(job, destination)):
        with pytest.raises(InvalidInput, match="cannot be published under this name"):
            call()


def test_objects_are_encrypted_tagged_and_typed_as_the_destination_says(
    moto: Moto, prefix: str, tmp_path: Path
) -> None:
    kept = ObjectSettings("aws:kms", "key-7", (("department", "press office"), ("rights", "ours")))
    destination = Destination(f"s3://{BUCKET}/{prefix}", moto.settings(), kept)
    publish(*made_set(tmp_path / "1", 1, size=9 << 20), destination)  # more than 8 MiB goes in parts
    types = {}
    for name in destination.open().names(""):
        place = {"Bucket": BUCKET, "Key": f"{prefix}/{name}"}
        head = client(destination.s3).head_object(**place)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "key-7"), name
        tags = client(destination.s3).get_object_tagging(**place)["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == dict(kept.tags), name
        types[Path(name).suffix] = head["ContentType"]
        assert head.get("CacheControl") == ("no-cache" if name.endswith("newest.json") else None)
    assert types == {".mp4": "video/mp4", ".srt": "application/x-subrip; charset=utf-8", ".json": "application/json"}


def test_a_service_that_cannot_encrypt_is_named_and_gets_nothing(swift: Swift, prefix: str, tmp_path: Path) -> None:
    destination = Destination(f"s3://{BUCKET}/{prefix}", swift.settings(), ObjectSettings("AES256"))
    with pytest.raises(StoreRefused, match=f"{prefix}.*leave the setting out"):
        publish_version(destination, tmp_path, 1)
    assert list(destination.open().names("")) == []


def test_the_newest_manifest_is_the_edition_with_its_number(destination: Destination, tmp_path: Path) -> None:
    edition = publish_version(destination, tmp_path, 1)
    read = json.loads(destination.open().read(f"manifests/{JOB}/newest.json"))
    assert read == edition.manifest and edition.name == f"manifests/{JOB}/000001-{edition.digest[:16]}.json"


def test_what_is_published_to_a_folder_is_as_readable_as_the_folder_whoever_publishes(tmp_path: Path) -> None:
    place = tmp_path / "web"
    place.mkdir()
    place.chmod(0o755)
    before = os.umask(0o077)
    try:
        FolderObjects(place).add_bytes("a/b/film.mp4", b"film")
        FolderObjects(place).replace("newest.json", b"{}", None)
    finally:
        os.umask(before)
    rights = {str(one.relative_to(place)): stat.S_IMODE(one.stat().st_mode) for one in place.rglob("[!.]*")}
    assert rights == {"a": 0o755, "a/b": 0o755, "a/b/film.mp4": 0o644, "newest.json": 0o644}
