"""A cut that an editor made comes back as a job's clips, frame by frame."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from portevoix.authoring.job import Job
from portevoix.cli.commands import app
from portevoix.delivery.read_cut import read_cut
from portevoix.errors import InvalidInput
from portevoix.timing import frame_at

CUT = (("minister.mp4", 12, 250), ("B roll.mov", 1, 77), ("minister.mp4", 4000, 4001))
RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(60)]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    for name, _, _ in CUT:
        (tmp_path / "media").mkdir(exist_ok=True)
        (tmp_path / "media" / name).write_bytes(b"")
    return tmp_path / "media"


def written(folder: Path, ending: str, fps: Fraction, extra: bool = False) -> Path:
    """The cut as an editor's program exports it."""
    track = otio.schema.Track("V1", kind="Video")
    for name, first, end in CUT:
        span = otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, float(fps)) for n in (first, end - first)))
        whole = otio.opentime.TimeRange(*(otio.opentime.RationalTime(n, float(fps)) for n in (0, 9000)))
        media = otio.schema.ExternalReference(f"file:///Volumes/Rushes/{name.replace(' ', '%20')}", whole)
        track.append(otio.schema.Clip(name, media, span))
    timeline = otio.schema.Timeline("cut", global_start_time=otio.opentime.RationalTime(0, float(fps)))
    timeline.tracks.append(track)
    if extra:
        timeline.tracks.append(otio.schema.Track("Titles", [otio.schema.Clip("t")], kind="Video"))
        track.append(otio.schema.Gap(source_range=span))
    kind = {".otio": "otio_json", ".edl": "cmx_3600", ".xml": "fcp_xml"}[ending]
    options = {"rate": float(fps)} if ending == ".edl" else {}
    otio.adapters.write_to_file(timeline, str(folder / f"cut{ending}"), kind, **options)
    return folder / f"cut{ending}"


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("ending", [".otio", ".edl", ".xml"])
def test_every_clip_comes_back_on_its_frames(tmp_path: Path, media: Path, ending: str, fps: Fraction) -> None:
    found = read_cut(written(tmp_path, ending, fps), fps, media)
    assert [(c.file, c.start_s * fps, c.end_s * fps) for c in found.clips] == list(CUT)
    assert found.notes == ()


def test_what_a_jobs_clips_do_not_have_is_said(tmp_path: Path, media: Path) -> None:
    found = read_cut(written(tmp_path, ".otio", Fraction(25), extra=True), Fraction(25), media)
    assert [note.partition(" is left out")[0] for note in found.notes] == ["track Titles", "a gap of the first track"]


def test_each_film_that_is_not_there_is_named(tmp_path: Path, media: Path) -> None:
    (media / "minister.mp4").unlink()
    with pytest.raises(InvalidInput) as error:
        read_cut(written(tmp_path, ".edl", Fraction(25)), Fraction(25), media)
    assert [fault.message.partition(" is not")[0] for fault in error.value.faults] == [
        "clip 1: 'minister.mp4'",
        "clip 3: 'minister.mp4'",
    ]


@pytest.mark.parametrize(
    ("name", "said"), [("cut.edl", "cannot be read"), ("cut.aaf", "is no timeline"), ("cut.otio", "cannot")]
)
def test_a_file_that_is_no_timeline_is_named(tmp_path: Path, media: Path, name: str, said: str) -> None:
    (tmp_path / name).write_bytes(b"001 AX V C 00:00:99:99 x")
    with pytest.raises(InvalidInput, match=said):
        read_cut(tmp_path / name, Fraction(25), media)


def test_the_command_prints_clips_that_a_job_reads_on_the_same_frames(tmp_path: Path, media: Path) -> None:
    file = written(tmp_path, ".edl", Fraction(24000, 1001))
    answer = CliRunner().invoke(app, ["clips", str(file), "--media", str(media), "--fps", "23.976"])
    clips = YAML(typ="safe").load(answer.stdout)["clips"]
    job = Job.model_validate({"recipe": "interview", "languages": ["fr"], "clips": clips})
    frames = [
        (frame_at(clip.start_s, Fraction(24000, 1001)), frame_at(clip.end_s or Fraction(0), Fraction(24000, 1001)))
        for clip in job.clips
    ]
    assert frames == [(first, end) for _, first, end in CUT]
    assert [clip.file.as_posix() for clip in job.clips] == [f"media/{name}" for name, _, _ in CUT]
