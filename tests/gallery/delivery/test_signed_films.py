"""The demonstration's signed package: each film passes, verifies and plays in a browser; no bit of it can change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import EXECUTABLE
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from portevoix.cli.commands import app
from portevoix.delivery.credentials.boxes import boxes
from portevoix.delivery.credentials.test_authority import make_test_authority
from portevoix.delivery.credentials.verify import verify_file
from portevoix.delivery.deliver import failing
from portevoix.library import ROOT
from portevoix.produce import Production, Selection, produce
from portevoix.store import FolderStore

PLAY = """
async name => {
  const video = Object.assign(document.createElement('video'), {src: name, muted: true, playbackRate: 16})
  document.body.replaceChildren(video)
  await new Promise((ended, failed) => {
    video.onended = ended
    video.onerror = () => failed(Error(`${name}: ${video.error.message}`))
    video.play().catch(failed)
  })
  const {totalVideoFrames, corruptedVideoFrames} = video.getVideoPlaybackQuality()
  return {seconds: video.currentTime, width: video.videoWidth, height: video.videoHeight,
          seen: totalVideoFrames, corrupted: corruptedVideoFrames, heard: video.webkitAudioDecodedByteCount}
}
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rendered job (`build`), its signed package (`storm`), and the authority (`authority`)."""
    room = tmp_path_factory.mktemp("signed")
    store, job = FolderStore(room / "store"), ROOT / "examples" / "notice" / "storm.yaml"
    outcome = produce(job, room / "build", Production(store, Selection(frozenset({"ar"}))))
    assert (outcome.failures, outcome.blocks) == ([], [])
    settings = make_test_authority(room / "authority", "Ministère de la Parole")
    target = ["--account", "ministere_ar", "--credentials", str(settings)]
    assert CliRunner().invoke(app, ["package", str(room / "build"), str(room / "storm"), *target]).exit_code == 0
    return room


@pytest.fixture(scope="module")
def manifest(room: Path) -> dict[str, Any]:
    return dict(json.loads((room / "storm" / "manifest.json").read_text("utf-8")))


def films(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (one for one in manifest["files"] if one["kind"] == "video")


def test_a_signed_package_has_the_same_names_and_every_picture_of_it_verifies(
    room: Path, manifest: dict[str, Any]
) -> None:
    rendered = json.loads((room / "build" / "manifest.json").read_text("utf-8"))["deliveries"]
    assert failing(rendered) == []
    assert sorted(one["delivered_as"] for one in manifest["files"] if "delivered_as" in one) == sorted(
        one["path"] for one in rendered if one["account"] == "ministere_ar"
    )
    roots, pictures = (room / "authority" / "root.pem").read_text(), 0
    for one in manifest["files"]:
        if one["kind"] in ("video", "still", "poster"):
            pictures += 1
            assert one["approved_sha256"] != one["sha256"] and one["credentials"]["by"] == "Ministère de la Parole"
            assert verify_file(room / "storm" / one["name"], roots).verdict == "trusted", one["name"]
    assert pictures >= 12


def test_one_flipped_bit_in_each_box_of_each_film_does_not_verify(
    room: Path, manifest: dict[str, Any], tmp_path: Path
) -> None:
    roots, damaged = (room / "authority" / "root.pem").read_text(), tmp_path / "damaged.mp4"
    for one in {film["approved_sha256"]: film for film in films(manifest)}.values():
        file = room / "storm" / one["name"]
        data = file.read_bytes()
        for kind, start, end in boxes(file):
            place = (start + end) // 2
            damaged.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert verify_file(damaged, roots).verdict in ("changed", "none"), (one["name"], kind)


def test_every_signed_film_plays_to_its_end_in_a_browser(room: Path, manifest: dict[str, Any]) -> None:
    assert EXECUTABLE, "Chromium is not here; scripts/test-tools.sh installs it"
    rendered = json.loads((room / "build" / "manifest.json").read_text("utf-8"))["deliveries"]
    known = {one["sha256"]: one for one in rendered}
    page_file = room / "storm" / "play.html"
    page_file.write_text("<!doctype html><body></body>", "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(page_file.as_uri())
        for one in films(manifest):
            played, told = page.evaluate(PLAY, one["name"]), known[one["approved_sha256"]]
            assert (played["width"], played["height"]) == (told["width"], told["height"])
            assert played["seconds"] == pytest.approx(told["duration_s"], abs=0.05)
            assert played["seen"] > 0 and played["corrupted"] == 0 and played["heard"] > 0
        browser.close()
