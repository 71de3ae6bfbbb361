"""A client that is generated from the description alone can do what the description promises."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
import worker_context
from generated_client import Client
from http_service import HttpService

from service.gate import Scope


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    with HttpService(tmp_path_factory.mktemp("service")).open() as service:
        yield service


@pytest.fixture
def client(service: HttpService) -> Iterator[Client]:
    with httpx.Client(base_url=service.url, timeout=30) as http:
        described = http.get("/openapi.json").json()
        yield Client(http, described, {"token": service.token(Scope.UPLOAD, Scope.RENDER, Scope.REVIEW)})


def uploaded(client: Client, name: str, content: bytes) -> str:
    answer = client.begin_upload(
        content,
        tus_resumable="1.0.0",
        upload_length=len(content),
        upload_metadata=f"filename {base64.b64encode(name.encode()).decode()}",
    )
    return str(answer.content["sha256"])


def test_a_client_made_from_the_description_replaces_captions_and_sees_what_came_of_it(
    client: Client, service: HttpService, tmp_path: Path
) -> None:
    film = worker_context.a_clip(tmp_path / "a.mp4").read_bytes()
    files = {
        "media/a.mp4": uploaded(client, "a.mp4", film),
        "scripts/fr.vtt": uploaded(client, "fr.vtt", worker_context.CUES.encode()),
    }
    new = {"name": "essai", "document": worker_context.DOCUMENT, "files": files, "draft": True}
    job = client.submit_job(new).content["id"]
    service.work()
    before = client.list_deliveries(job=job).content["deliveries"]
    captions = client.show_captions(job=job, language="fr")
    other = captions.content.replace("Au revoir", "À demain")
    replaced = client.replace_captions(other, job=job, language="fr", if_match=captions.headers["etag"])
    assert replaced.status == 202 and replaced.content["round"] == 2
    late = client.replace_captions(other, job=job, language="fr", if_match=captions.headers["etag"])
    assert late.status == 412 and late.content["detail"]
    service.work()
    assert client.show_job(job=job).content["state"] == "done"
    assert client.show_captions(job=job, language="fr").content == other
    after = {made["path"]: made["sha256"] for made in client.list_deliveries(job=job).content["deliveries"]}
    assert len(after) == len(before) and any(after[made["path"]] != made["sha256"] for made in before)


def test_it_sends_nothing_that_the_description_does_not_allow(client: Client) -> None:
    with pytest.raises(TypeError, match="needs language"):
        client.replace_captions("WEBVTT", job="0" * 32)
    with pytest.raises(jsonschema_rs.ValidationError):
        client.replace_captions("WEBVTT", job="no job", language="fr")
    with pytest.raises(AttributeError):
        client.replace_subtitles()
    assert client.replace_captions("WEBVTT", job="0" * 32, language="fr").status == 404
