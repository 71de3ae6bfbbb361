"""Files on their way in, by tus 1.0.0: the protocol itself, clients as they are, cuts, kills, several processes."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from http_service import TUS, HttpService, announced, uploaded
from servers import Server, free_port
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.storage.filestorage import FileStorage

from portevoix.store import FolderStore, StoreUnavailable
from service.gate import Scope
from service.http.parameters import LONGEST_METADATA

SENDERS = Path(__file__).parents[2] / "helpers" / "tus"
BYTES = {"Content-Type": "application/offset+octet-stream"}
CONTENT = bytes(range(256)) * 9_000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NOTICE = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\nlanguages: [fr]\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    with HttpService(tmp_path_factory.mktemp("service")).open() as service:
        yield service


@pytest.fixture
def desk(service: HttpService) -> Iterator[httpx.Client]:
    with service.client() as client:
        client.headers.update(TUS)
        yield client


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpService, Server, Server]]:
    """One service, by two processes over the same ledger and store."""
    service = HttpService(tmp_path_factory.mktemp("processes"))
    pair = [service.as_process(free_port()) for _ in range(2)]
    try:
        for process in pair:
            process.start()
        yield service, pair[0], pair[1]
    finally:
        for process in pair:
            process.stop()


def begun(client: httpx.Client, size: int = len(CONTENT), name: str = "a.mp4", **more: str) -> str:
    answer = client.post("/uploads", headers={**announced(name, size), **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["upload-offset"] == "0"
    return str(answer.headers["location"])


def added(client: httpx.Client, place: str, offset: int, content: bytes, **more: str) -> httpx.Response:
    return client.patch(place, content=content, headers={**BYTES, "Upload-Offset": str(offset), **more})


def arrived(client: httpx.Client, place: str) -> int:
    return int(client.head(place).headers["upload-offset"])


def checksum_of(content: bytes, algorithm: str = "sha1") -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


# The protocol


def test_the_service_says_what_of_tus_it_speaks(service: HttpService) -> None:
    answer = httpx.options(f"{service.url}/uploads")
    assert (answer.status_code, answer.headers["tus-version"]) == (204, "1.0.0")
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,termination,checksum,expiration"
    assert answer.headers["tus-max-size"] == str(service.settings.upload_bytes)
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"


def test_another_version_is_refused_before_anything_is_done(service: HttpService) -> None:
    with service.client() as client:
        headers = {**announced("a.mp4", 5), "Tus-Resumable": "0.2.2"}
        refused = [client.post("/uploads", headers=headers), client.head("/uploads/" + "0" * 32)]
        refused += [client.delete("/uploads/" + "0" * 32), client.patch("/uploads/" + "0" * 32)]
        for answer in refused:
            assert (answer.status_code, answer.headers["tus-version"]) == (412, "1.0.0")
            assert answer.headers["tus-resumable"] == "1.0.0"


def test_an_upload_that_is_cut_goes_on_where_it_ended(desk: httpx.Client) -> None:
    place = begun(desk)

    def cut_off() -> Iterator[bytes]:
        yield CONTENT[:1_500_000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        desk.patch(place, content=cut_off(), headers={**BYTES, "Upload-Offset": "0"})
    for _ in range(100):  # the server may still be writing what had arrived
        if (offset := arrived(desk, place)) == 1_500_000:
            break
    told = desk.head(place)
    assert (offset, told.headers["upload-length"]) == (1_500_000, str(len(CONTENT)))
    assert "no-store" in told.headers["cache-control"] and "upload-expires" in told.headers
    wrong = added(desk, place, 7, b"x")
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "1500000")
    assert added(desk, place, offset, CONTENT).status_code == 409, "more than was announced"
    offset = arrived(desk, place)
    rest = added(desk, place, offset, CONTENT[offset:])
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, str(len(CONTENT)))
    assert rest.headers["upload-digest"] == DIGEST and "upload-expires" not in rest.headers
    for again in (desk.head(place), added(desk, place, len(CONTENT), b"")):
        assert (again.headers["upload-offset"], again.headers["upload-digest"]) == (str(len(CONTENT)), DIGEST)
    assert added(desk, place, 0, b"x").status_code == 409
    assert desk.get(place).json()["sha256"] == DIGEST
    assert [found["sha256"] for found in desk.get("/inputs", params={"sha256": DIGEST}).json()["inputs"]] == [DIGEST]


def test_what_a_sender_says_of_its_file_is_kept(desk: httpx.Client) -> None:
    name = "\N{ARABIC LETTER BEH}" * 120 + "\N{ZERO WIDTH NON-JOINER}ميناء.mp4"
    said = f"relativePath,filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8vbXA0"
    place = begun(desk, 5, **{"Upload-Metadata": said})
    assert desk.head(place).headers["upload-metadata"] == said
    assert added(desk, place, 0, b"salut").status_code == 204
    assert desk.head(place).headers["upload-metadata"] == said
    assert name in [found["name"] for found in desk.get("/inputs").json()["inputs"]]


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("filename ?", "is not base64"),
        ("filename YQ==,filename Yg==", "stands twice"),
        (f"filename {base64.b64encode(b'../a').decode()}", "without its folder"),
        (f"filename {base64.b64encode(b'a' * 256).decode()}", "at most 255"),
        ("a YQ==,,", "is no key"),
    ],
)
def test_what_is_wrong_with_a_files_description_is_said(desk: httpx.Client, metadata: str, said: str) -> None:
    answer = desk.post("/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata})
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True), answer.text


def test_a_file_of_which_too_little_is_said_is_refused(desk: httpx.Client) -> None:
    unsaid = desk.post("/uploads", headers=TUS)
    assert (unsaid.status_code, "Upload-Length" in unsaid.json()["detail"]) == (400, True)
    too_much = {**announced("a", 5), "Upload-Metadata": "x" * (LONGEST_METADATA + 1)}
    assert desk.post("/uploads", headers=too_much).status_code == 422
    place = begun(desk, 5)
    untyped = desk.patch(place, content=b"hello", headers={"Upload-Offset": "0"})
    assert (untyped.status_code, arrived(desk, place)) == (415, 0)


def test_a_body_that_is_not_what_its_checksum_says_is_not_kept(desk: httpx.Client) -> None:
    place = begun(desk, len(CONTENT))
    first = CONTENT[:1_200_000]
    wrong = added(desk, place, 0, first[:-1] + b"?", **{"Upload-Checksum": checksum_of(first)})
    assert (wrong.status_code, arrived(desk, place)) == (460, 0)
    for broken, said in (("md4 YQ==", "'md4' is not known"), ("sha1 *", "is not base64")):
        answer = added(desk, place, 0, first, **{"Upload-Checksum": broken})
        assert (answer.status_code, said in answer.json()["detail"]) == (400, True)
    assert added(desk, place, 0, first, **{"Upload-Checksum": checksum_of(first)}).status_code == 204
    rest = CONTENT[len(first) :]
    too_much = added(desk, place, len(first), rest + b"x", **{"Upload-Checksum": checksum_of(rest + b"x")})
    assert (too_much.status_code, arrived(desk, place)) == (409, len(first))
    last = added(desk, place, len(first), rest, **{"Upload-Checksum": checksum_of(rest, "sha256")})
    assert last.headers["upload-digest"] == DIGEST


def test_a_cut_body_with_a_checksum_counts_for_nothing(desk: httpx.Client) -> None:
    place = begun(desk)

    def cut_off() -> Iterator[bytes]:
        yield CONTENT[:1_500_000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        headers = {**BYTES, "Upload-Offset": "0", "Upload-Checksum": checksum_of(CONTENT)}
        desk.patch(place, content=cut_off(), headers=headers)
    assert added(desk, place, 0, CONTENT).headers["upload-digest"] == DIGEST


def test_a_whole_file_needs_one_request_and_an_empty_one_no_more(desk: httpx.Client) -> None:
    assert uploaded(desk, "a.mp4", CONTENT) == DIGEST
    assert uploaded(desk, "empty", b"") == hashlib.sha256(b"").hexdigest()
    part = desk.post("/uploads", content=CONTENT[:9], headers={**announced("a.mp4", len(CONTENT)), **BYTES})
    assert (part.status_code, part.headers["upload-offset"], part.json()["sha256"]) == (201, "9", None)
    assert added(desk, part.headers["location"], 9, CONTENT[9:]).headers["upload-digest"] == DIGEST


def test_a_first_body_that_is_cut_off_or_wrong_leaves_nothing(service: HttpService, desk: httpx.Client) -> None:
    uploads = service.folder / "store" / "uploads"
    before = set(uploads.glob("*.part"))
    headers = {**announced("a.mp4", 5), **BYTES}
    assert desk.post("/uploads", content=b"hello there", headers=headers).status_code == 409
    headers |= {"Upload-Checksum": checksum_of(b"other")}
    assert desk.post("/uploads", content=b"hello", headers=headers).status_code == 460
    assert set(uploads.glob("*.part")) == before


def test_others_are_answered_while_a_cut_upload_is_being_forgotten(
    service: HttpService, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetting, answered, abort = threading.Event(), threading.Event(), FolderStore.abort

    def abort_slowly(store: FolderStore, upload: str) -> None:
        forgetting.set()
        assert answered.wait(120)
        abort(store, upload)

    monkeypatch.setattr(FolderStore, "abort", abort_slowly)
    headers = {**announced("a.mp4", 5), **BYTES, "Upload-Checksum": checksum_of(b"other")}
    with ThreadPoolExecutor() as pool:
        wrong = pool.submit(desk.post, "/uploads", content=b"hello", headers=headers)
        assert forgetting.wait(120)
        assert httpx.get(f"{service.url}/healthz", timeout=60).status_code == 200
        answered.set()
        assert wrong.result().status_code == 460


def test_a_sender_that_can_only_post_says_what_it_means(desk: httpx.Client) -> None:
    place = begun(desk, 5)
    headers = {**BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert desk.post(place, content=b"he", headers=headers).headers["upload-offset"] == "2"
    assert desk.post(place, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert desk.head(place).status_code == 404


def test_an_upload_is_its_owners_alone_and_can_be_forgotten(service: HttpService, desk: httpx.Client) -> None:
    place = begun(desk, 5)
    finished = begun(desk, 5)
    digest = added(desk, finished, 0, b"hello").headers["upload-digest"]
    with service.client(Scope.UPLOAD, Scope.RENDER) as other:
        other.headers.update(TUS)
        for there in (place, finished):
            for answer in (other.head(there), other.get(there), other.delete(there), added(other, there, 0, b"hello")):
                assert answer.status_code == 404
        assert other.get("/inputs").json() == {"inputs": []}
        stolen = other.post("/jobs", json={"name": "avis", "document": NOTICE, "files": {"a.mp4": digest}})
        assert "are not here; upload it" in stolen.json()["detail"]
    assert desk.delete(place).status_code == 204
    assert desk.head(place).status_code == 404


def test_an_expired_upload_is_gone_and_an_unknown_one_was_never_there(service: HttpService, desk: httpx.Client) -> None:
    place = begun(desk, 5)
    service.context.store.abort(place.rpartition("/")[2])  # as the reconciler does it when its time is over
    for answer in (desk.head(place), desk.get(place), desk.delete(place), added(desk, place, 0, b"hello")):
        assert answer.status_code == 410
    assert desk.head("/uploads/" + "0" * 32).status_code == 404


def test_what_does_not_fit_is_refused_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpService(tmp_path, upload_bytes=1_000).open() as service, service.client() as client:
        for body in ({}, {"content": b"x" * 1_001}):
            answer = client.post("/uploads", headers={**announced("a.mp4", 1_001), **BYTES}, **body)
            assert (answer.status_code, "1,001 bytes are more than" in answer.json()["detail"]) == (413, True)
        assert client.post("/jobs", content=b" " * 3_000_001).status_code == 413
        monkeypatch.setattr("portevoix.store.uploads.FLOOR_BYTES", 10**15)
        full = client.post("/uploads", headers=announced("a.mp4", 5))
        assert (full.status_code, full.json()["error"]) == (507, "StoreFull")


def test_a_caller_has_so_much_room_from_the_announcement_on(tmp_path: Path) -> None:
    with HttpService(tmp_path, held_bytes=1_000, held_files=3).open() as service, service.client() as client:
        first = begun(client, 600)
        refused = client.post("/uploads", headers=announced("b.mp4", 401))
        assert refused.status_code == 413
        assert "has 600 bytes here, and 401 more are over 1,000" in refused.json()["detail"]
        client.delete(first, headers={"Tus-Resumable": "1.0.0"})
        for name in ("a", "b", "c"):
            begun(client, 10, name)
        refused = client.post("/uploads", headers=announced("d", 1))
        assert (refused.status_code, "has 3 files here; 3 are the most" in refused.json()["detail"]) == (413, True)


def test_uploads_stop_before_work_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with HttpService(tmp_path, free_bytes=1_000).open() as service, service.client() as client:
        monkeypatch.setattr(FolderStore, "free_bytes", lambda _: 1_500)
        begun(client, 300)
        refused = client.post("/uploads", headers=announced("b.mp4", 201))
        assert (refused.status_code, refused.json()["error"]) == (507, "StoreFull")
        assert "1,500 are free, 300 are announced, 1,000 are kept for work" in refused.json()["detail"]
        begun(client, 200)


def test_a_file_whose_store_was_away_becomes_an_input_when_it_is_next_asked_for(
    service: HttpService, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("the bucket does not answer")

    place = begun(desk)
    with monkeypatch.context() as patched:
        patched.setattr(FolderStore, "finish", away)
        for answer in (added(desk, place, 0, CONTENT), desk.head(place)):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert desk.head(place).headers["upload-digest"] == DIGEST


# Several processes, and kills


def test_two_pieces_at_once_are_one_piece(desk: httpx.Client) -> None:
    place = begun(desk)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: added(desk, place, 0, CONTENT), range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409]
    assert desk.head(place).headers["upload-digest"] == DIGEST


def test_processes_share_an_upload_and_one_that_is_killed_loses_only_what_it_had_not_written(
    processes: tuple[HttpService, Server, Server],
) -> None:
    service, one, other = processes
    headers = {"Authorization": f"Bearer {service.token()}", **TUS}
    with (
        httpx.Client(base_url=one.url, headers=headers, timeout=60) as first,
        httpx.Client(base_url=other.url, headers=headers, timeout=60) as second,
    ):
        place = begun(first)

        def killed() -> Iterator[bytes]:
            yield CONTENT[:1_200_000]
            while arrived(second, place) < 1_048_576:  # a block is written when it is whole
                pass
            one.kill()
            yield CONTENT[1_200_000:]

        with pytest.raises(httpx.TransportError):
            first.patch(place, content=killed(), headers={**BYTES, "Upload-Offset": "0"})
        offset = arrived(second, place)
        assert 1_048_576 <= offset <= 1_200_000
        added(second, place, offset, CONTENT[offset:2_000_000])
        one.start()
        assert added(first, place, 2_000_000, CONTENT[2_000_000:2_100_000]).status_code == 204
        assert added(second, place, 2_100_000, CONTENT[2_100_000:]).headers["upload-digest"] == DIGEST
        assert first.head(place).headers["upload-digest"] == DIGEST


def test_tuspy_uploads_pauses_and_goes_on_after_a_kill(
    processes: tuple[HttpService, Server, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    service, process, _ = processes
    (tmp_path / "a.mp4").write_bytes(CONTENT)
    client = TusClient(f"{process.url}/uploads", headers={"Authorization": f"Bearer {service.token()}"})
    storage = FileStorage(str(tmp_path / "places"))
    given = {"chunk_size": 300_000, "store_url": True, "url_storage": storage, "upload_checksum": True}
    first = client.uploader(str(tmp_path / "a.mp4"), metadata={"filename": "a.mp4"}, **given)
    first.upload(stop_at=1_000_000)
    process.kill()
    process.start()
    second = client.uploader(str(tmp_path / "a.mp4"), **given)
    assert (second.url, second.offset) == (first.url, first.offset)
    second.upload()
    assert second.request.response_headers["upload-digest"] == DIGEST
    assert client.uploader(str(tmp_path / "a.mp4"), **given).offset == len(CONTENT)
    with (tmp_path / "a.mp4").open("rb") as file:
        nameless = client.uploader(file_stream=file)
        nameless.upload()
    assert nameless.request.response_headers["upload-digest"] == DIGEST
    httpx.delete(first.url, headers=nameless.get_headers(), timeout=60).raise_for_status()
    with pytest.raises(TusCommunicationError, match="404"):
        first.get_offset()


@pytest.mark.parametrize(
    ("sender", "killed_at", "least"), [("sender.mjs", "offset", 1_200_000), ("uppy.mjs", "paused", 500_000)]
)
def test_tus_js_client_and_uppy_upload_pause_abort_and_live_through_a_kill(
    processes: tuple[HttpService, Server, Server], tmp_path: Path, sender: str, killed_at: str, least: int
) -> None:
    service, process, _ = processes
    (tmp_path / "a.mp4").write_bytes(CONTENT)
    given = {
        "endpoint": f"{process.url}/uploads",
        "token": service.token(),
        "file": str(tmp_path / "a.mp4"),
        "name": "ميناء.mp4",
        "pauseAt": 500_000,
    }
    command = ["node", str(SENDERS / sender), json.dumps(given)]
    told: dict[str, object] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin and client.stdout
        for line in client.stdout:
            told |= (said := json.loads(line))
            if said.get(killed_at, 0) >= least and "killed" not in told:
                told["killed"] = said[killed_at]
                process.kill()
                process.start()
            if "paused" in said:
                client.stdin.write("go on\n")
                client.stdin.flush()
    assert "error" not in told and "killed" in told
    assert told["digest"] == DIGEST
    headers = {"Authorization": f"Bearer {given['token']}", **TUS}
    assert httpx.head(str(told["forgotten"]), headers=headers, timeout=60).status_code == 404
    assert httpx.get(str(told["url"]), headers=headers, timeout=60).json()["sha256"] == DIGEST
