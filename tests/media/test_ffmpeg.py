"""What ffmpeg says of a failure goes to whoever can mend it, and never to an author."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.errors import RenderFailed, told, told_apart


def test_no_raw_words_of_ffmpeg_stand_in_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(RenderFailed) as caught:
        ffmpeg.run(["-i", "film.mp4", "out.mp4"], tmp_path, 60)
    failed = pickle.loads(pickle.dumps(caught.value))
    assert told(failed).startswith("ffmpeg ended with code ")
    assert "film.mp4" not in told(failed) and "@" not in told(failed)
    assert "film.mp4" in told_apart(failed)


def test_what_lies_with_the_machine_is_said_plainly() -> None:
    assert ffmpeg._why("av_interleaved_write_frame(): No space left on device") == (
        ": the disk is full; free it and try again"
    )
    assert ffmpeg._why("[h264 @ 0x7f] anything else") == ""


def test_no_error_of_python_reaches_an_author() -> None:
    try:
        {}["key"]
    except KeyError as error:
        assert told(error) == "could not be made (KeyError): a mistake of Portevoix, or a fault of this machine"
        assert "Traceback" in told_apart(error)
    assert told(OSError(28, "No space left on device")).startswith("could not be made (No space left on device)")
