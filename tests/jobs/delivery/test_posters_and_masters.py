"""What goes out beside the films: posters in every language, textless masters, cut lists."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import opentimelineio as otio
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.poster.choice import choose_poster, faces_in
from portevoix.delivery.poster.reader import Reader
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, load_library
from portevoix.plan.wire import plan_from_json, plan_to_json
from portevoix.plan.work import artifacts_of
from portevoix.produce import Production, Selection, prepare, produce
from portevoix.store import Store

CUES = {"fr": ("Bonjour", "Au revoir"), "en": ("Good morning", "Good-bye")}


def _job(folder: Path, more: str) -> Path:
    (folder / "scripts").mkdir()
    for language, (first, second) in CUES.items():
        body = f"WEBVTT\n\n00:00.500 --> 00:01.500\n{first}\n\n00:03.500 --> 00:04.500\n{second}\n"
        (folder / "scripts" / f"{language}.vtt").write_text(body, "utf-8")
    (folder / "job.yaml").write_text(
        "recipe: subtitles\nclips:\n  - file: media/a.mp4\n"
        "scripts: {fr: scripts/fr.vtt, en: scripts/en.vtt}\nlanguages: [fr, en]\n" + more,
        "utf-8",
    )
    return folder / "job.yaml"


def _produce(job: Path, store: Store) -> list[Delivery]:
    outcome = produce(job, job.parent / "out", Production(store, Selection(), False, 2))
    assert outcome.failures == []
    return outcome.deliveries


@pytest.fixture
def film(clip) -> None:
    clip("a.mp4", "testsrc=s=320x180", seconds=5, filters="hue=s=0,eq=contrast=0.9,gblur=sigma=1")


def _frames(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]


def test_a_master_is_the_same_film_without_words(film: None, store: Store, tmp_path: Path) -> None:
    made = _produce(_job(tmp_path, "masters: true\nposter: none\n"), store)
    assert [d.kind for d in made] == ["video", "video", "master", *["cut list"] * 3, *["sidecar"] * 4]
    french, _, master, *_ = (tmp_path / "out" / d.path for d in made)
    source = _frames(tmp_path / "media" / "a.mp4")
    with_words, without = _frames(french), _frames(master)
    assert len(without) == len(with_words) == len(source) == 125
    assert max(np.abs(a - b).mean() for a, b in zip(without, source, strict=True)) < 4
    assert np.abs(with_words[25] - without[25]).max() > 100
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["deliveries"][2]["path"].startswith("masters/")


def test_masters_have_the_words_of_every_language_beside(film: None, store: Store, tmp_path: Path) -> None:
    made = _produce(_job(tmp_path, "masters: true\n"), store)
    beside = {d.path: (tmp_path / "out" / d.path).read_text("utf-8") for d in made if d.kind == "sidecar"}
    assert sorted(Path(path).suffix for path in beside) == [".srt", ".srt", ".vtt", ".vtt"]
    for path, text in beside.items():
        language = Path(path).stem.rpartition("_")[2]
        assert all(line in text for line in CUES[language])


def test_a_cut_list_names_the_film_and_its_master(film: None, store: Store, tmp_path: Path) -> None:
    made = _produce(_job(tmp_path, "masters: true\nposter: none\n"), store)
    listed, master = tmp_path / "out" / made[3].path, made[2]
    read = otio.adapters.read_from_file(str(listed))
    assert read.duration() == otio.opentime.RationalTime(master.frames, 25)
    named = [clip.media_reference.target_url for clip in read.find_clips()]
    assert named == ["media/a.mp4", Path(master.path).name, Path(master.path).name]
    assert (listed.parent / named[1]).is_file()
    words = {track.name: [marker.name for marker in track.markers] for track in read.video_tracks()}
    assert words["Captions fr"] == list(CUES["fr"])
    assert words["Captions en"] == list(CUES["en"])


@pytest.mark.parametrize("more", ["", "masters: true\n", "poster: 0:02.520\n"])
def test_every_language_has_the_poster_of_one_moment(film: None, more: str, store: Store, tmp_path: Path) -> None:
    made = _produce(_job(tmp_path, more), store)
    posters = [d for d in made if d.kind == "poster"]
    assert [d.language for d in posters] == ["fr", "en"]
    pictures = []
    for poster in posters:
        with Image.open(tmp_path / "out" / poster.path) as image:
            assert image.size == (poster.width, poster.height) == (320, 180)
            pictures.append(np.asarray(image.convert("L")).astype(int))
    assert np.abs(pictures[0] - pictures[1]).mean() < 3, "no words stand in it"
    video = next(d for d in made if d.kind == "video")
    frames = _frames(tmp_path / "out" / video.path)
    nearest = min(range(125), key=lambda n: np.abs(frames[n] * 255 / 219 - 16 - pictures[0]).mean())
    wanted = [63] if "0:02" in more else [*range(38, 87), *range(113, 125)]
    assert nearest in wanted
    before = ffmpeg.encoder_starts
    assert [d.sha256 for d in _produce(tmp_path / "job.yaml", store)] == [d.sha256 for d in made]
    assert ffmpeg.encoder_starts == before


def test_a_person_on_camera_is_found_for_the_poster() -> None:
    talk = ROOT / "tests" / "golden" / "framing" / "media" / "webcam.mp4"
    with Reader(talk) as reader:
        picture = np.asarray(reader.picture(choose_poster(talk, faces=faces_in)))
    assert faces_in(picture) > 1.2
    assert faces_in(picture[:, : picture.shape[1] // 4]) == 0  # the wall beside him


def test_a_poster_after_the_end_is_refused_when_it_is_planned(film: None, store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"`poster` is 5 s, but the programme lasts 5\.00 s"):
        prepare(_job(tmp_path, "poster: 5\n"), store, Selection())


def test_a_plan_with_masters_comes_back_whole(film: None, store: Store, tmp_path: Path) -> None:
    job = _job(tmp_path, "masters: true\nposter: 2.5\n")
    _, order, _, plan = prepare(job, store, Selection())
    assert [master.format for master in plan.masters] == ["source"]
    taken, same = plan_from_json(
        plan_to_json(order, plan), job, load_library(), lambda digest: tmp_path / "media" / "a.mp4"
    )
    assert same.masters == plan.masters
    assert taken.job.poster == Fraction(5, 2)
    assert plan.masters[0].key in artifacts_of(plan)
