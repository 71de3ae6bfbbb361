"""A draft that is watched while it is made."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from portevoix.cli import watch
from portevoix.cli.watch import choose_draft, growing, server
from portevoix.errors import InvalidInput
from portevoix.produce import Selection
from portevoix.render.join import EncodedChunk
from portevoix.store import Store

FRENCH = Selection(frozenset({"fr"}))


@pytest.fixture
def job(clip, tmp_path: Path) -> Path:
    clip("a.mp4", "testsrc=s=160x90", seconds=6)
    for code in ("fr", "en"):
        (tmp_path / f"{code}.vtt").write_text("WEBVTT\n\n00:00.500 --> 00:01.500\nOK\n", "utf-8")
    job = tmp_path / "job.yaml"
    job.write_text(
        "recipe: subtitles\nclips: [{file: media/a.mp4}]\nscripts: {fr: fr.vtt, en: en.vtt}\n"
        "languages: [fr, en]\nmasters: true\n",
        "utf-8",
    )
    return job


def _pictures(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_draft_is_seen_before_its_last_chunk_is_made(job: Path, store: Store, tmp_path: Path, monkeypatch) -> None:
    seen: list[int] = []
    chunk_of = watch.chunk_of

    def asked(key: str, store: Store) -> EncodedChunk:
        part = tmp_path / "draft.mp4.part"
        seen.append(_pictures(part) if part.exists() and part.stat().st_size else 0)
        return chunk_of(key, store)

    monkeypatch.setattr(watch, "chunk_of", asked)
    assert choose_draft(job, store, FRENCH, 2).write(tmp_path / "draft.mp4") == 150
    assert seen[-1] >= 50  # the third chunk is not written yet, the first can be watched
    assert _pictures(tmp_path / "draft.mp4") == 150
    assert not (tmp_path / "draft.mp4.part").exists()


def test_a_draft_has_its_sound(job: Path, store: Store, tmp_path: Path) -> None:
    choose_draft(job, store, FRENCH, 2).write(tmp_path / "draft.mp4")
    with av.open(str(tmp_path / "draft.mp4")) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        assert sum(frame.samples for frame in container.decode(audio=0)) == pytest.approx(6 * 48_000, abs=1_024)


def test_the_page_sends_a_draft_as_it_grows(tmp_path: Path) -> None:
    out, part = tmp_path / "draft.mp4", tmp_path / "draft.mp4.part"
    part.write_bytes(b"first ")
    page = server(out, 0)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page.server_port}/draft.mp4") as answer:
            assert answer.read(6) == b"first "
            with part.open("ab") as file:
                file.write(b"second")
            part.replace(out)
            assert answer.read() == b"second"
    finally:
        page.shutdown()
        page.server_close()


def test_what_is_written_while_a_draft_becomes_whole_is_not_lost(tmp_path: Path) -> None:
    out, part = tmp_path / "draft.mp4", tmp_path / "draft.mp4.part"
    part.write_bytes(b"one")
    blocks: Iterator[bytes] = growing(out)
    assert next(blocks) == b"one"
    with part.open("ab") as file:
        file.write(b"two")
    part.replace(out)
    assert b"".join(blocks) == b"two"


def test_one_variant_is_watched_at_a_time(job: Path, store: Store) -> None:
    with pytest.raises(InvalidInput, match="language=fr format=source; language=en format=source"):
        choose_draft(job, store, Selection(), 2)
