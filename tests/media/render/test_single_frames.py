"""A single frame of a plan, made alone, is the one that a render shows at its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.library import ROOT
from portevoix.plan import frames_of
from portevoix.produce import Selection, prepare
from portevoix.render import chunks
from portevoix.render.chunks import make_picture
from portevoix.render.still import write_still
from portevoix.store import Store

FRAME, COUNT = 20, 50  # in the title's and the caption's time; of the chunk, which begins with the programme


@pytest.mark.parametrize("fit", ["crop", "blur"])
def test_a_frame_made_alone_is_the_frame_of_its_chunk(clip, tmp_path: Path, store: Store, fit: str) -> None:
    clip("a.mp4", "testsrc2=s=640x360", seconds=2)
    (tmp_path / "ar.vtt").write_text("WEBVTT\n\n00:00.400 --> 00:01.600\nكلمة\n", "utf-8")
    job = tmp_path / "job.yaml"
    job.write_text(
        f"recipe: interview\ntitle: {{ar: عنوان}}\nclips: [{{file: media/a.mp4, fit: {fit}}}]\n"
        "scripts: {ar: ar.vtt}\nformats: [square]\nlanguages: [ar]\n",
        "utf-8",
    )
    _, order, artist, plan = prepare(job, store, Selection())
    (alone,) = frames_of(order, artist, store, order.audiences[0], [FRAME])
    chunks.make_picture(alone, tmp_path / "alone.png", store)
    chunk = plan.batches[0]
    assert (chunk.chunk.first_frame, chunk.chunk.frame_count) == (0, COUNT)
    chunks.make_batch(chunk, store)
    encoded = store.path(chunk.branches[0].key, ".mp4").resolve()
    ffmpeg.run(
        ["-v", "error", "-i", f"file:{encoded}", "-pix_fmt", "gray", "-f", "rawvideo", "whole.raw"], tmp_path, 60
    )
    whole = np.fromfile(tmp_path / "whole.raw", np.uint8).reshape(COUNT, 1080, 1080).astype(int)
    with Image.open(tmp_path / "alone.png") as image:
        picture = np.asarray(image.convert("L")).astype(int)
    apart = [float(np.abs(picture - frame).mean()) for frame in whole]
    assert int(np.argmin(apart)) == FRAME
    assert apart[FRAME] < min(1.0, apart[FRAME - 1] * 0.8, apart[FRAME + 1] * 0.8), "but for the encoder"


def test_a_frame_between_two_pictures_is_refused(clip, tmp_path: Path, store: Store) -> None:
    for name in "ab":
        clip(f"{name}.mp4", "color=gray:s=128x72", seconds=4)
    job = tmp_path / "job.yaml"
    job.write_text(
        "recipe: event\ntitle: {fr: Titre}\nclips: [{file: media/a.mp4}, {file: media/b.mp4}]\n"
        "formats: [square]\nlanguages: [fr]\n",
        "utf-8",
    )
    _, order, artist, plan = prepare(job, store, Selection())
    way = next(scene for scene in plan.timeline.scenes if scene.into)
    with pytest.raises(ValueError, match=f"frame {way.first_frame} is within a transition"):
        frames_of(order, artist, store, order.audiences[0], [way.first_frame])


@pytest.mark.parametrize(("recipe", "kept"), [("subtitles", True), ("interview", False)])
def test_a_finished_film_alone_keeps_its_black_bars(
    clip, tmp_path: Path, store: Store, recipe: str, kept: bool
) -> None:
    clip("a.mp4", "testsrc2=s=320x136", seconds=2, filters="pad=320:180:0:22")
    (tmp_path / "fr.vtt").write_text("WEBVTT\n\n00:00.400 --> 00:01.600\nOui.\n", "utf-8")
    job = tmp_path / "job.yaml"
    job.write_text(
        f"recipe: {recipe}\ntitle: {{fr: Titre}}\nclips: [{{file: media/a.mp4}}]\nscripts: {{fr: fr.vtt}}\n"
        f"languages: [fr]\n",
        "utf-8",
    )
    _, order, artist, _ = prepare(job, store, Selection())
    (batch,) = frames_of(order, artist, store, order.audiences[0], [20])
    assert (batch.view.footage.crop is None) == kept
    chunks.make_picture(batch, tmp_path / "frame.png", store)
    with Image.open(tmp_path / "frame.png") as image:
        dark = np.asarray(image.convert("L"))[: image.height // 12].max() < 24
    assert dark == kept


@pytest.mark.parametrize("name", ["wide", "story"])
def test_a_notices_still_and_its_video_show_the_same_picture_in_the_same_place(
    name: str, tmp_path: Path, store: Store
) -> None:
    Image.new("RGB", (640, 640), (240, 120, 0)).save(tmp_path / "map.png")
    job = tmp_path / "job.yaml"
    job.write_text(
        "recipe: alert\ntitle: {fr: Titre}\ntext: {fr: Restez chez vous.}\npicture: map.png\n"
        f"formats: [{name}]\nlanguages: [fr]\nkit: aster\n",
        "utf-8",
    )
    _, order, artist, plan = prepare(job, store, Selection(), house=ROOT / "examples" / "house")
    (last,) = frames_of(order, artist, store, order.audiences[0], [plan.timeline.frame_count - 1])
    make_picture(last, tmp_path / "last.png", store)
    still = plan.products[0].still
    assert still and still.pane
    with Image.open(write_still(still, None, store)[1]) as one, Image.open(tmp_path / "last.png") as other:
        apart = np.abs(np.asarray(one.convert("RGB"), int) - np.asarray(other.convert("RGB"), int))
        inside = np.asarray(one.convert("RGB").crop(still.pane)).reshape(-1, 3)
    assert apart.mean() < 1.5 and np.percentile(apart, 99) < 24
    assert np.abs(inside.mean(axis=0) - (240, 120, 0)).max() < 6
