"""What is said, and by which kind of error, where a destination is away, full, refuses, or is not what it should be."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from proxy import Proxy
from published import JOB, made_set, read_set
from s3 import BUCKET, Swift
from s3_moto import Moto

from portevoix.delivery.publishing import publish, withdraw
from portevoix.store import S3Settings, StoreError, StoreFull, StoreRefused, StoreUnavailable
from portevoix.store.destination import Destination

ERROR = "<Error><Code>{code}</Code><Message>so it is</Message>{more}</Error>"


@contextmanager
def answering(status: int, body: str, headers: dict[str, str] | None = None) -> Iterator[S3Settings]:
    """A service that answers every request alike: what no server of ours can be made to say."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body.encode())), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body.encode())

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield S3Settings(f"http://127.0.0.1:{server.server_port}", "us-east-1", "k", "s", attempts=1)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "kind", "next_step"),
    [
        (403, "AccessDenied", StoreRefused, "the rights that docs/store.md lists"),
        (403, "InvalidAccessKeyId", StoreRefused, "check the access key"),
        (403, "SignatureDoesNotMatch", StoreRefused, "check the access key and its secret"),
        (403, "RequestTimeTooSkewed", StoreRefused, "set this machine's clock"),
        (400, "ExpiredToken", StoreRefused, "renew the access key's session"),
        (404, "NoSuchBucket", StoreRefused, "make the bucket, or mend its name"),
        (507, "InsufficientStorage", StoreFull, "free the bucket or raise its limit"),
        (403, "QuotaExceeded", StoreFull, "free the bucket or raise its limit"),
        (503, "SlowDown", StoreUnavailable, "try again later"),
        (500, "InternalError", StoreUnavailable, "try again later"),
        (409, "ConditionalRequestConflict", StoreUnavailable, "try again later"),
    ],
)
def test_what_a_bucket_refuses_is_said_with_the_next_step(
    tmp_path: Path, status: int, code: str, kind: type[StoreError], next_step: str
) -> None:
    with answering(status, ERROR.format(code=code, more="")) as s3, pytest.raises(kind) as caught:
        publish(*made_set(tmp_path / "1", 1), Destination("s3://press/films", s3))
    assert str(caught.value).startswith("s3://press/films: ") and next_step in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, ERROR.format(code="AuthorizationHeaderMalformed", more="<Region>eu-west-3</Region>"), {}),
        (400, ERROR.format(code="IllegalLocationConstraintException", more=""), {"x-amz-bucket-region": "eu-west-3"}),
    ],
)
def test_a_wrong_region_is_said_with_the_right_one(
    tmp_path: Path, status: int, body: str, headers: dict[str, str]
) -> None:
    with answering(status, body, headers) as s3, pytest.raises(StoreRefused, match="set the region to eu-west-3"):
        publish(*made_set(tmp_path / "1", 1), Destination("s3://press/films", s3))


def test_what_a_bucket_does_not_let_go_is_listed_with_its_reason() -> None:
    kept = "<Error><Key>films/a</Key><Code>AccessDenied</Code><Message>locked</Message></Error>"
    with answering(200, f"<DeleteResult>{kept}</DeleteResult>") as s3:
        assert Destination("s3://press/films", s3).open().remove(["a", "b"]) == {"a": "AccessDenied"}


@pytest.mark.parametrize("server", ["swift", "moto"])
def test_an_outage_in_the_middle_leaves_the_set_before(
    request: pytest.FixtureRequest, server: str, prefix: str, tmp_path: Path
) -> None:
    service: Swift | Moto = request.getfixturevalue(server)
    elsewhere = Destination(f"s3://{BUCKET}/{prefix}", service.settings())
    publish(*made_set(tmp_path / "1", 1), elsewhere)
    with Proxy(service.ports["proxy"] if isinstance(service, Swift) else service.port) as proxy:
        destination = Destination(elsewhere.place, service.settings(f"http://127.0.0.1:{proxy.port}", attempts=1))
        proxy.cut(after=400_000)
        with pytest.raises(StoreUnavailable, match="try again later"):
            publish(*made_set(tmp_path / "2", 2, size=500_000), destination)
        assert read_set(elsewhere.open()) == 1
        proxy.restart()  # a connection that is kept would be cut as it was to be
        publish(*made_set(tmp_path / "2", 2, size=500_000), destination)
    assert read_set(elsewhere.open()) == 2


def test_a_bucket_that_is_away_is_named(tmp_path: Path) -> None:
    with answering(200, "") as s3:
        destination = Destination("s3://press/films", s3)
    with pytest.raises(StoreUnavailable, match=r"s3://press/films: .*; try again later"):
        publish(*made_set(tmp_path / "1", 1), destination)


@pytest.mark.parametrize("call", [lambda d, folder: publish(*made_set(folder, 1), d), lambda d, _: withdraw(JOB, d)])
def test_keys_that_are_not_set_are_named(call: Callable[[Destination, Path], object], tmp_path: Path) -> None:
    destination = Destination.parse("s3://press/films", access_key_from="NO_SUCH_KEY", secret_key_from="NO_SUCH_SECRET")
    with pytest.raises(StoreRefused, match="s3://press/films: the environment variable NO_SUCH_KEY is not set"):
        call(destination, tmp_path / "1")


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    destination = Destination.parse("s3://press/films", profile="no-such-profile")
    with pytest.raises(StoreRefused, match="no-such-profile"):
        publish(*made_set(tmp_path / "1", 1), destination)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "published").write_text("a file")
    with pytest.raises(StoreRefused, match=r"published.*choose another folder"):
        publish(*made_set(tmp_path / "1", 1), Destination.parse(tmp_path / "published"))


FULL = """
import resource, sys
from pathlib import Path
from portevoix.delivery.publishing import publish
from portevoix.store import StoreFull
from portevoix.store.destination import Destination
from published import made_set
folder, manifest = made_set(Path(sys.argv[1]) / "2", 2, size=500_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    publish(folder, manifest, Destination.parse(Path(sys.argv[1]) / "published"))
except StoreFull as error:
    print(error)
"""


def test_a_full_disk_leaves_the_set_before(tmp_path: Path) -> None:
    destination = Destination.parse(tmp_path / "published")
    publish(*made_set(tmp_path / "1", 1), destination)
    path = ":".join(sys.path)
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    said = subprocess.run(command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=True).stdout
    assert said.startswith("no room in") and "published" in said
    assert read_set(destination.open()) == 1
