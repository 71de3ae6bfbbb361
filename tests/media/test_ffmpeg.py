"""What ffmpeg says of a failure goes to whoever can mend it, and never to an author."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.errors import RenderFailed, detail_of, sentence_of


def test_no_raw_words_of_ffmpeg_stand_in_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(RenderFailed) as caught:
        ffmpeg.run(["-i", "film.mp4", "out.mp4"], tmp_path, 60)
    failed = pickle.loads(pickle.dumps(caught.value))
    assert sentence_of(failed).startswith("ffmpeg ended with code ")
    assert "film.mp4" not in sentence_of(failed) and "@" not in sentence_of(failed)
    assert "film.mp4" in detail_of(failed)


def test_what_lies_with_the_machine_is_said_plainly() -> None:
    assert ffmpeg._why("av_interleaved_write_frame(): No space left on device") == (
        ": the disk is full; free it and try again"
    )
    assert ffmpeg._why("[h264 @ 0x7f] anything else") == ""


def test_no_error_of_python_reaches_an_author() -> None:
    try:
        {}["key"]
    except KeyError as error:
        assert sentence_of(error) == "could not be made (KeyError): a mistake of Portevoix, or a fault of this machine"
        assert "Traceback" in detail_of(error)
    assert sentence_of(OSError(28, "No space left on device")).startswith("could not be made (No space left on device)")
