"""`portevoix render --out s3://…` and `portevoix withdraw`, as a user gives them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from published import read_set
from s3 import BUCKET
from s3_moto import Moto
from typer.testing import CliRunner

from portevoix.cli.commands import app
from portevoix.store.destination import Destination
from portevoix.store.s3_client import client


@pytest.fixture
def desk(moto: Moto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small job, and an environment that leads to the bucket."""
    monkeypatch.chdir(tmp_path)
    variables = {"ENDPOINT": moto.url, "REGION": "us-east-1", "ENCRYPTION": "AES256", "TAGS": "department=press"}
    variables |= {"ACCESS_KEY_FROM": "PRESS_KEY", "SECRET_KEY_FROM": "PRESS_SECRET"}
    for name, value in variables.items():
        monkeypatch.setenv(f"PORTEVOIX_S3_{name}", value)
    monkeypatch.setenv("PRESS_KEY", "k")
    monkeypatch.setenv("PRESS_SECRET", "s")
    folder = tmp_path / "desk" / "ville"
    folder.mkdir(parents=True)
    Image.new("RGB", (400, 300), (60, 60, 60)).save(folder / "a.png")
    write_job(folder, "")
    return folder


def write_job(folder: Path, more: str) -> None:
    (folder / "job.yaml").write_text(
        "recipe: photo-story\ntitle: {fr: Une ville}\npoints:\n  - {picture: a.png, text: {fr: Un mot}}\n"
        f"formats: [square]\nlanguages: [fr]\n{more}",
        "utf-8",
    )


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


def test_a_job_is_rendered_into_a_bucket_and_taken_back(desk: Path, moto: Moto, prefix: str) -> None:
    place = f"s3://{BUCKET}/{prefix}"
    render = ["render", desk / "job.yaml", "--store", desk / "store", "--out", place]
    objects = Destination(place, moto.settings()).open()

    write_job(desk, "embargo: 2999-01-01T09:00+01:00\n")
    code, said = run(*render)
    assert (code, read_set_of_any_version(objects)) == (1, 0)
    assert "not published" in said and "under embargo until 2999-01-01" in said

    write_job(desk, "")
    code, said = run(*render, "--json")
    event = json.loads(said.splitlines()[-1])
    assert (code, event["event"], event["number"], event["changed"]) == (0, "published", 1, True)
    assert read_set_of_any_version(objects) == 1
    head = client(moto.settings()).head_object(Bucket=BUCKET, Key=f"{prefix}/{event['manifest']}")
    assert (head["ServerSideEncryption"], head["TagCount"]) == ("AES256", 1)
    assert sorted(path.name for path in Path().iterdir()) == ["desk"], "no folder of the address's name"

    code, said = run(*render)
    assert (code, "stood there already" in said) == (0, True)

    code, said = run("withdraw", "ville", place)
    assert (code, "withdrawn" in said) == (0, True)
    assert list(objects.names("files/")) == []
    assert run("withdraw", "dorf", place) == (2, f"nothing of 'dorf' was published at {place}\n")


def test_a_profile_is_the_key_to_the_store_and_to_the_destination(
    desk: Path, moto: Moto, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk / "credentials"
    keys.write_text("[press]\naws_access_key_id = k\naws_secret_access_key = s\n", "utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    monkeypatch.setenv("PORTEVOIX_S3_PROFILE", "press")
    monkeypatch.setenv("XDG_CACHE_HOME", str(desk / "cache"))
    for name in ("ACCESS_KEY_FROM", "SECRET_KEY_FROM"):
        monkeypatch.delenv(f"PORTEVOIX_S3_{name}")
    store, out = f"s3://{BUCKET}/{prefix}/store", f"s3://{BUCKET}/{prefix}/out"
    write_job(desk, "")
    code, said = run("render", desk / "job.yaml", "--store", store, "--out", out)
    assert code == 0, said
    lying = [name for name in Destination(f"s3://{BUCKET}/{prefix}", moto.settings()).open().names("")]
    assert {name.partition("/")[0] for name in lying} == {"store", "out"}
    monkeypatch.setenv("PORTEVOIX_S3_PROFILE", "nobody")
    monkeypatch.setenv("XDG_CACHE_HOME", str(desk / "another machine's cache"))
    code, said = run("render", desk / "job.yaml", "--store", store, "--out", desk / "folder")
    assert code == 1 and "nobody" in said


def read_set_of_any_version(objects: object) -> int:
    return read_set(objects, "ville", version="number")


@pytest.mark.parametrize(
    ("variable", "value", "words", "said"),
    [
        ("ENCRYPTION", "rot13", [], "encryption 'rot13' is not known; choose AES256 or aws:kms"),
        ("TAGS", "press", [], "write NAME=VALUE,NAME=VALUE"),
        ("ENDPOINT", "nowhere", [], "endpoint 'nowhere' is not of the form https://host"),
        ("REGION", "us-east-1", ["--draft"], "--draft is for the eye and is not published"),
    ],
)
def test_what_cannot_be_published_to_is_said_before_anything_is_rendered(
    desk: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, words: list[str], said: str
) -> None:
    monkeypatch.setenv(f"PORTEVOIX_S3_{variable}", value)
    code, output = run("render", desk / "job.yaml", "--out", "s3://bucket/prefix", *words)
    assert code == 2 and said in output and not (desk / "build").exists()


def test_a_bucket_that_is_not_there_leaves_the_files_where_they_are(desk: Path) -> None:
    code, said = run("render", desk / "job.yaml", "--store", desk / "store", "--out", "s3://no-such-bucket/x")
    folder = desk / "build" / desk.name
    assert code == 1 and f"not published, the files are in {folder}: s3://no-such-bucket/x" in said
    assert "NoSuchBucket" in said and (folder / "manifest.json").exists()
