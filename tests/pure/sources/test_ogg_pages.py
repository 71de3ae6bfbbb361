"""Where the pages of an Ogg file are damaged, out of order or missing."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.sources.ogg_pages import CAPTURE, breaks_in


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Forty pages of sound and more, as an independent writer makes them."""
    path = tmp_path_factory.mktemp("pages") / "sound.ogg"
    made = ["-f", "lavfi", "-i", "anoisesrc=d=2", "-c:a", "libopus", "-page_duration", "50000", str(path)]
    subprocess.run([ffmpeg.executable(), "-v", "error", *made], check=True)
    return path.read_bytes()


def _breaks(folder: Path, content: bytes) -> list[int]:
    (file := folder / "stream.ogg").write_bytes(content)
    return breaks_in(file)


def _pages(content: bytes) -> list[bytes]:
    return [CAPTURE + page for page in content.split(CAPTURE)[1:]]


def test_a_stream_may_be_cut_anywhere(tmp_path: Path, whole: bytes) -> None:
    assert len(_pages(whole)) > 30
    assert _breaks(tmp_path, whole) == _breaks(tmp_path, whole[300:-70]) == []


def test_any_changed_bit_is_a_break(tmp_path: Path, whole: bytes) -> None:
    chance = random.Random(1)
    for _ in range(50):
        changed = bytearray(whole)
        at = chance.randrange(len(_pages(whole)[0]), len(whole) - len(_pages(whole)[-1]))
        changed[at] ^= 1 << chance.randrange(8)
        assert _breaks(tmp_path, bytes(changed)), at


def test_pages_that_are_missing_or_twice_there_are_a_break(tmp_path: Path, whole: bytes) -> None:
    pages = _pages(whole)
    before = len(b"".join(pages[:20]))
    assert _breaks(tmp_path, b"".join(pages[:20] + pages[21:])) == [before]
    assert _breaks(tmp_path, b"".join(pages[:20] + pages[18:])) == [before]
    assert _breaks(tmp_path, b"".join([*pages[:20], pages[20][:30], *pages[20:]])) == [before]
