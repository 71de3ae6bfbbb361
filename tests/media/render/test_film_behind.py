"""A closing card over the film's last picture, as it is seen in the finished film."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from portevoix.authoring.colours import LEAST_CONTRAST, luminance, luminance_contrast, relative_luminance
from portevoix.framing.pictures import seen_in
from portevoix.library import Library
from portevoix.plan import film_behind
from portevoix.plan.composition import GroundRange
from portevoix.produce import Selection, prepare
from portevoix.render.run import run_plan
from portevoix.store import Store

JOB = (
    "recipe: statement\nlanguages: [fr]\nformats: [square]\nclips: [{file: media/a.mp4}]\nquote: {fr: Oui.}\n"
    "quoted: ada\nspeakers: {ada: {name: {fr: Ada}, role: {fr: Ada}}}\nkit: aster\ncredit: Ada\n"
)


def test_it_moves_calmly_is_no_flat_colour_and_its_words_can_be_read(
    library: Library, clip, store: Store, tmp_path: Path
) -> None:
    clip("a.mp4", "testsrc2=s=320x320", seconds=3)
    (tmp_path / "job.yaml").write_text(JOB, "utf-8")
    plan = prepare(tmp_path / "job.yaml", store, Selection(), draft=True)[-1]
    assert run_plan(plan, store, 1, lambda event: None) == []
    (video,) = plan.videos
    with av.open(str(store.path(video.key, ".mp4"))) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    begin, end = (_smoothed(frames[number]) for number in (-60, -1))
    edges = np.concatenate([begin[:, :3].ravel(), begin[:, -3:].ravel()])
    assert edges.std() > 4, "something of the picture is seen"
    beside = [_smoothed(frame)[:, :3] for frame in frames[-50:]]  # no word comes there
    moved = [np.abs(one - other).max() for one, other in pairwise(beside)]
    assert np.abs(end - begin)[:, :3].max() > 2 and max(moved) < 8
    ground = end[:4].reshape(-1, 3)  # above the logo
    colours = library.kits["aster"].values.colours
    tones = [relative_luminance((round(r), round(g), round(b))) for r, g, b in ground]
    worst = min(luminance_contrast(luminance(c), tone) for c in (colours.on_ground, colours.muted) for tone in tones)
    assert worst >= LEAST_CONTRAST


def test_all_formats_look_at_the_film_once(clip, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip("a.mp4", "testsrc2=s=320x320", seconds=3)
    (tmp_path / "job.yaml").write_text(JOB.replace("[square]", "[wide, square, story]"), "utf-8")
    looks = []
    monkeypatch.setattr(film_behind, "seen_in", lambda *given: looks.append(given) or seen_in(*given))
    plan = prepare(tmp_path / "job.yaml", store, Selection(), draft=True)[-1]
    assert len(looks) == 1
    grounds = {batch.view.footage.ground for batch in plan.batches if isinstance(batch.view.footage, GroundRange)}
    assert len(grounds) == 3, "each format has its own cut of it"


def _smoothed(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    height, width, _ = frame.shape
    means: npt.NDArray[np.float64] = frame.reshape(height // 20, 20, width // 20, 20, 3).mean(axis=(1, 3))
    return means
