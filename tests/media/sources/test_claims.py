"""Films that claim more than they hold, and files that are none: refused by name, within limits."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.sources.photo import look_at_photo
from portevoix.sources.probe import UnusableSource, probe
from portevoix.sources.sound_file import probe_sound

CLAIMED = 60_000_000


def _box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + kind + content


def _film_of(samples: int) -> bytes:
    """A QuickTime film of raw pictures of 2x2 pixels, whose tables say that it has so many."""
    described = b"raw \0\0\0\0\0\0\0\1" + bytes(16) + struct.pack(">HH", 2, 2) + bytes(50)
    described = struct.pack(">I", 4 + len(described)) + described
    tables = _box(
        b"stbl",
        _box(b"stsd", struct.pack(">II", 0, 1), described),
        _box(b"stts", struct.pack(">IIII", 0, 1, samples, 1)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, samples, 1)),
        _box(b"stsz", struct.pack(">III", 0, 12, samples)),
        _box(b"stco", struct.pack(">III", 0, 1, 8)),
    )
    handler = _box(b"hdlr", bytes(4) + b"mhlrvide" + bytes(13))
    media = _box(b"mdia", _box(b"mdhd", struct.pack(">6I", 0, 0, 0, 25, samples, 0)), handler, _box(b"minf", tables))
    track = _box(b"trak", _box(b"tkhd", struct.pack(">6I", 1, 0, 0, 1, 0, samples) + bytes(60)), media)
    head = _box(b"mvhd", struct.pack(">5I", 0, 0, 0, 25, samples) + bytes(80))
    return _box(b"mdat", bytes(12)) + _box(b"moov", head, track)


def test_a_film_that_claims_sixty_million_pictures_is_refused(tmp_path: Path) -> None:
    film = tmp_path / "a.mov"
    film.write_bytes(_film_of(CLAIMED))
    assert film.stat().st_size < 3000
    # Its index of 2.1 GB finds no room in a reader's limit, so that it holds nothing.
    with pytest.raises(UnusableSource, match="holds no pictures"):
        probe(film)


@pytest.mark.parametrize("look", [probe, probe_sound, look_at_photo])
def test_what_is_no_file_is_refused_and_never_waited_for(look: object, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "empty.mp4").touch()
    for name in ("pipe.mp4", "loop.mp4", "empty.mp4", "absent.mp4", "."):
        with pytest.raises(UnusableSource):
            look(tmp_path / name)  # type: ignore[operator]


def test_a_film_of_a_picture_in_ten_minutes_is_refused(tmp_path: Path) -> None:
    film = tmp_path / "still.mp4"
    made = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", "color=s=16x16:r=1/600:d=36000", str(film)]
    subprocess.run(made, check=True)
    with pytest.raises(UnusableSource, match="shows a picture every 600 s; at least one a second is read"):
        probe(film)
