"""A draft that is watched while it is made."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import av
import pytest
from chromium import EXECUTABLE
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app, watch
from portevoix.cli.watch import Shown, choose_draft, growing, server
from portevoix.cli.watch_page import page_of
from portevoix.errors import InvalidInput
from portevoix.library import Library
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
    page = server(Shown(out, b""), 0)
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


def asked(page: ThreadingHTTPServer, path: str, **head: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{page.server_port}{path}", headers=head)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), b""


@pytest.fixture
def served(tmp_path: Path, library: Library) -> Iterator[tuple[ThreadingHTTPServer, Path]]:
    """A page for a draft that is not there yet."""
    out = tmp_path / "draft.mp4"
    page = server(Shown(out, page_of("story", library.placements, "a")), 0)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    yield page, out
    page.shutdown()
    page.server_close()


def test_a_browser_finds_its_place_in_a_draft_that_is_whole(served: tuple[ThreadingHTTPServer, Path]) -> None:
    page, out = served
    out.write_bytes(b"0123456789")
    assert asked(page, "/draft.mp4")[::2] == (200, b"0123456789")
    status, head, part = asked(page, "/draft.mp4", Range="bytes=4-6")
    assert (status, head["Content-Range"], part) == (206, "bytes 4-6/10", b"456")
    assert asked(page, "/draft.mp4", Range="bytes=7-")[::2] == (206, b"789")
    assert asked(page, "/draft.mp4", Range="bytes=10-")[0] == 416
    assert asked(page, "/other")[0] == 404


def test_the_page_draws_the_buttons_of_all_platforms_whose_margins_are_known(library: Library) -> None:
    known = {name for name, placement in library.placements.items() if placement.safe_zone}
    assert {"instagram_story", "facebook_story", "instagram_reel", "youtube_shorts"} <= known
    story, wide = (page_of(name, library.placements, "a").decode() for name in ("story", "wide"))
    assert all(f'"{name}"' in story and f'"{name}"' not in wide for name in known)


def test_a_page_that_is_loaded_again_keeps_its_place_and_its_buttons(
    job: Path, store: Store, tmp_path: Path, served: tuple[ThreadingHTTPServer, Path]
) -> None:
    """Once while the draft grows, once when it is whole."""
    assert EXECUTABLE, "Chromium is not here; scripts/test-tools.sh installs it"
    page, out = served
    choose_draft(job, store, FRENCH, 2).write(tmp_path / "made.mp4")
    content = (tmp_path / "made.mp4").read_bytes()
    part = out.with_name("draft.mp4.part")
    part.write_bytes(content[: len(content) * 3 // 4])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        seen = browser.new_page()
        seen.goto(f"http://127.0.0.1:{page.server_port}/")
        for whole in (False, True):
            seen.wait_for_function("document.querySelector('video').buffered.length")
            seen.evaluate("document.querySelector('video').pause()")
            seen.evaluate("document.querySelector('video').currentTime = 2.2")
            seen.wait_for_function("sessionStorage.place?.includes('2.2')")
            seen.select_option("select", "instagram_reel")
            if whole:
                part.write_bytes(content)
                part.replace(out)
            seen.reload()
            seen.wait_for_function("document.querySelector('video').currentTime === 2.2")
            assert seen.input_value("select") == "instagram_reel"
            seen.wait_for_selector(".zone u >> nth=7")
        browser.close()


def test_what_is_written_while_a_draft_becomes_whole_is_not_lost(tmp_path: Path) -> None:
    out, part = tmp_path / "draft.mp4", tmp_path / "draft.mp4.part"
    part.write_bytes(b"one")
    blocks: Iterator[bytes] = growing(out)
    assert next(blocks) == b"one"
    with part.open("ab") as file:
        file.write(b"two")
    part.replace(out)
    assert b"".join(blocks) == b"two"


def test_a_job_with_a_mistake_leaves_the_last_draft_and_a_killed_runs_part_goes(
    job: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTEVOIX_STORE", str(tmp_path / "store"))
    last, part = tmp_path / "draft.mp4", tmp_path / "draft.mp4.part"
    last.write_bytes(b"the last draft")
    part.write_bytes(b"of a run that was killed")
    words = ["watch", str(job), "--only", "language=fr", "--port", "0", "--out", str(last)]
    good = job.read_text("utf-8")
    job.write_text(good.replace("recipe: subtitles", "recipe: subtitle"), "utf-8")
    assert CliRunner().invoke(app, words).exit_code == WRONG_INPUT
    assert last.read_bytes() == b"the last draft"
    job.write_text(good, "utf-8")
    assert CliRunner().invoke(app, words).exit_code == DONE
    assert _pictures(last) == 150 and not part.exists()


def test_one_variant_is_watched_at_a_time(job: Path, store: Store) -> None:
    with pytest.raises(InvalidInput, match="language=fr format=source; language=en format=source"):
        choose_draft(job, store, Selection(), 2)
