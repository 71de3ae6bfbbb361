"""Whatever stands in a header or a body of a stranger's request is a value or a refusal with its reason.

Some examples; with PORTEVOIX_LONG=1 some thousand.
"""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st
from spoilt import often, spoilt

from portevoix.errors import InvalidInput
from service.http import tus
from service.http.problems import Refused
from service.http.submission import read_new_job, webhook_host

NAME = base64.b64encode("film à voir.mp4".encode())
SUM = base64.b64encode(bytes(20))
BODY = b'{"name": "avis", "document": "recipe: alert\\n", "webhook": "https://[::1]:9/a", "files": {"a": "b"}}'


def header(*samples: bytes) -> st.SearchStrategy[str]:
    return st.one_of(spoilt(*samples).map(lambda content: content.decode("latin-1")), st.text(max_size=40))


@often(60)
@given(metadata=header(b"filename " + NAME, b"filename " + NAME + b",name " + NAME, b"name"))
def test_any_metadata_names_a_file_or_is_refused(metadata: str) -> None:
    try:
        assert 0 < len(tus.name_of(metadata)) <= 255
    except Refused as error:
        assert (error.status, "Upload-Metadata" in str(error)) == (400, True)


@often(60)
@given(said=header(b"sha1 " + SUM, b"sha256 " + SUM, b"md5 " + SUM))
def test_any_checksum_is_read_or_refused(said: str) -> None:
    try:
        assert tus.read_checksum(said)
    except Refused as error:
        assert error.status == 400


@often(40)
@given(body=spoilt(BODY, b"name: avis\ndocument: |\n  recipe: alert\nwebhook: https://a.example\npriority: urgent\n"))
def test_any_body_is_a_job_or_is_refused_with_its_faults(body: bytes) -> None:
    try:
        assert read_new_job(body).name
    except InvalidInput as error:
        assert error.faults


@often(60)
@given(url=header(b"https://cms.example.org:8443/hook?a=b", b"https://[::1]/a", b"https://a@b:c@d"))
def test_any_webhook_has_a_host_or_none(url: str) -> None:
    host = webhook_host(url)
    assert host is None or isinstance(host, str)
