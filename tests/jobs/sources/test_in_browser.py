"""Films as Chromium plays them: at every moment the picture that stands in what was made of them."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import browser_open
from playwright.sync_api import Browser

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import film_making
import films
from film_making import BLOCK, SIZE, Recipe

RATE = 25
EVERY = 3  # of the frames are looked at
# The number that stands in the picture at each of the seconds: five blocks in each of two rows, a bit each.
PLAYED = """
async ([seconds, width, height, block, bits]) => {
  const video = document.querySelector('video')
  const canvas = Object.assign(document.createElement('canvas'), {width, height})
  const brush = canvas.getContext('2d', {willReadFrequently: true})
  const numbers = []
  for (const second of seconds) {
    const shown = new Promise(done => video.requestVideoFrameCallback(done))
    video.currentTime = second
    await shown
    brush.drawImage(video, 0, 0, width, height)
    let number = 0
    for (let bit = 0; bit < bits; bit++) {
      const across = width / block
      const x = (bit % across + 0.5) * block, y = (Math.floor(bit / across) + 0.5) * block
      number |= (brush.getImageData(x, y, 1, 1).data[1] > 128) << bit
    }
    numbers.push(number)
  }
  return numbers
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_open() as opened:
        yield opened


def _played(browser: Browser, film: Path, seconds: list[float]) -> list[int]:
    page = browser.new_page()
    # Within the page: of a film from another place no pixel may be read.
    held = f"data:video/{film.suffix[1:]};base64,{base64.b64encode(film.read_bytes()).decode()}"
    page.set_content(f"<!doctype html><video muted preload=auto src='{held}'></video>")
    page.wait_for_function("document.querySelector('video').readyState >= 2", timeout=120_000)
    numbers: list[int] = page.evaluate(PLAYED, [seconds, *SIZE, BLOCK, film_making.BITS])
    page.close()
    return numbers


@pytest.mark.parametrize(
    ("kind", "change", "picture"),
    [
        ("h264-bframes.mp4", "cut", "plain"),
        ("h264.mp4", "sound goes on", "plain"),
        ("vp9.webm", "none", "gap"),
        ("av1.mp4", "cut", "plain"),
    ],
)
def test_a_film_shows_what_a_browser_plays_of_it(
    browser: Browser, tmp_path: Path, kind: str, change: str, picture: str
) -> None:
    film = film_making.make(Recipe(kind, change, True, RATE, 2.0, 0.7, picture), tmp_path)
    made, result = films.put_through(film, tmp_path)
    assert made, result
    ours = [number for _, number in films.read(made).pictures]
    frames = range(1, len(ours) - 1, EVERY)
    assert _played(browser, film, [(frame + 0.5) / RATE for frame in frames]) == [ours[frame] for frame in frames]
