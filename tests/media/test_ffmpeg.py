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


def test_a_failure_for_want_of_time_or_room_is_told_from_others_by_a_value(tmp_path: Path) -> None:
    endless = ["-f", "lavfi", "-i", "testsrc=size=32x32", "-f", "null", "-"]
    with pytest.raises(RenderFailed, match="was stopped after") as stopped:
        ffmpeg.run(endless, tmp_path, 0.2, encodes=False)
    (tmp_path / "No space.mp4").write_bytes(b"no film")
    with pytest.raises(RenderFailed, match="ended with code") as ended:
        ffmpeg.run(["-i", "No space.mp4", "out.mp4"], tmp_path, 60, encodes=False)
    assert stopped.value.scarce and not ended.value.scarce
    assert pickle.loads(pickle.dumps(stopped.value)).scarce


def test_no_error_of_python_reaches_an_author() -> None:
    try:
        {}["key"]
    except KeyError as error:
        assert sentence_of(error) == "could not be made (KeyError): a mistake of Portevoix, or a fault of this machine"
        assert "Traceback" in detail_of(error)
    assert sentence_of(OSError(28, "No space left on device")).startswith("could not be made (No space left on device)")
