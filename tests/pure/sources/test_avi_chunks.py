"""Where the chunks of an AVI lose their order."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from portevoix.sources.avi_chunks import breaks_in


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


PICTURES = [_chunk(b"00dc", bytes([number]) * (40 + number)) for number in range(20)]


def _film(chunks: list[bytes]) -> bytes:
    head = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", bytes(56)))
    movie = _chunk(b"LIST", b"movi" + b"".join(chunks))
    return _chunk(b"RIFF", b"AVI " + head + movie + _chunk(b"idx1", bytes(320)))


def _breaks(folder: Path, content: bytes) -> list[int]:
    (file := folder / "film.avi").write_bytes(content)
    return breaks_in(file)


def test_a_film_in_order_has_no_break_wherever_it_was_cut(tmp_path: Path) -> None:
    film = _film(PICTURES)
    assert all(_breaks(tmp_path, film[:length]) == [] for length in range(12, len(film), 7))


def test_what_a_writer_forgot_or_another_put_behind_is_no_break(tmp_path: Path) -> None:
    film = _film(PICTURES)
    unfinished = film[:4] + bytes(4) + film[8:]
    assert _breaks(tmp_path, unfinished) == _breaks(tmp_path, film + b"\0\1\2 a note of somebody") == []
    unpadded = [chunk[:-1] if chunk[4] % 2 else chunk for chunk in PICTURES]
    assert len(b"".join(unpadded)) < len(b"".join(PICTURES)) and _breaks(tmp_path, _film(unpadded)) == []


@pytest.mark.parametrize("changed", [PICTURES[9][:20] * 2 + PICTURES[9][20:], PICTURES[9][:12] + PICTURES[9][30:]])
def test_bytes_that_are_missing_or_twice_there_are_a_break(tmp_path: Path, changed: bytes) -> None:
    found = _breaks(tmp_path, _film([*PICTURES[:9], changed, *PICTURES[10:]]))
    begun = _film(PICTURES).index(PICTURES[9])
    assert len(found) == 1 and begun < found[0] <= begun + 2 * len(PICTURES[10])
