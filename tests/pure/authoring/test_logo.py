"""Logos that no decoder should see."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

from portevoix.authoring.logo import LARGEST_BYTES, look_at_logo


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, pixels: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(pixels)) + _chunk(b"IEND", b"")


def test_a_logo_that_claims_a_huge_picture_is_refused_by_its_head(tmp_path: Path) -> None:
    (tmp_path / "wide.png").write_bytes(_png(7_000, 7_000, b""))
    assert "is 7000 by 7000 pixels" in str(look_at_logo(tmp_path / "wide.png"))
    (tmp_path / "bomb.png").write_bytes(_png(60_000, 60_000, b""))
    assert "cannot be read" in str(look_at_logo(tmp_path / "bomb.png"))


def test_a_logo_of_one_pixel_is_refused_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(_png(1, 1, b"\0\0\0\0\0"))
    assert "shows nothing" in str(look_at_logo(tmp_path / "dot.png"))


def test_what_is_no_file_or_too_large_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "cannot be read" in str(look_at_logo(tmp_path / "pipe.png"))
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    assert "has more than 20,000,000 bytes" in str(look_at_logo(tmp_path / "large.png"))
