"""Files and headers that were spoilt in some places, for property tests of whatever reads a stranger's bytes."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

LONG = bool(os.environ.get("PORTEVOIX_LONG"))
TRICKY = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\r",
    b"\n\n",
    b"\t",
    b"\\ud83d",
    "\u202e".encode(),
    "١٢".encode(),
    b"-",
    b"-1",
    b"0",
    b"1e999",
    b"nan",
    b".inf",
    b"0/0",
    b"9" * 40,
    b"99:99:99.999",
    b"&a",
    b"*a",
    b"<<: *a",
    b"!!python/object:os.system",
    b"!!binary x",
    b"? ",
    b"[",
    b"{",
    b"}",
    b"]",
    b'"',
    b"'",
    b":",
    b"<",
    b">",
    b"</p>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"&#0;",
    b"]]>",
    b"-->",
    b"{\\",
    b"null",
    b"~",
    b"true",
    b"2026-02-30",
)


def spoilt(*samples: bytes) -> st.SearchStrategy[bytes]:
    """A good sample, cut or with other bytes in up to six places; or any bytes at all."""
    piece = st.one_of(st.sampled_from(TRICKY), st.binary(max_size=6))
    edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), piece), max_size=6)

    def edited(sample: bytes, changes: list[tuple[float, int, bytes]], kept: float) -> bytes:
        content = sample
        for where, gone, new in changes:
            at = int(where * len(content))
            content = content[:at] + new + content[at + gone :]
        return content[: int(len(content) * kept)]

    kept = st.one_of(st.just(1.0), st.floats(0, 1))
    return st.one_of(st.builds(edited, st.sampled_from(samples), edits, kept), st.binary(max_size=200))


def often(quick: int, long: int = 3_000) -> settings:
    """So many examples; PORTEVOIX_LONG=1: many more."""
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(suppress_health_check=quiet, max_examples=long if LONG else quick)
