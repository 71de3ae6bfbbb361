"""Films as phones, cameras and editors leave them: each goes through an interview, or is refused with what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.errors import InvalidInput
from portevoix.library import ROOT
from portevoix.plan.composition import SourceRange
from portevoix.produce import Outcome, Production, Selection, prepare, produce
from portevoix.sources.probe import UnusableSource, probe
from portevoix.store import Store

sys.path.insert(0, str(ROOT / "benchmarks"))
import media_set

MEDIA = os.environ.get("PORTEVOIX_MEDIA")  # a folder of films that come from elsewhere
GIVEN = sorted(path for path in Path(MEDIA).rglob("*") if path.suffix.lower() in media_set.FILMS) if MEDIA else []
HLG = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67"
# What is odd about each: its size, rate, filters, sound and options. The last seconds of a clip are its own colour.
KINDS: dict[str, tuple[str, str, str, str | None, tuple[str, ...]]] = {
    "odd size": ("321x181", "25", "null", "sine=f=440", ("-pix_fmt", "yuv444p")),
    "high dynamic range": ("320x180", "25", f"format=yuv420p10le,{HLG}", None, ("-pix_fmt", "yuv420p10le")),
    "interlaced": ("320x180", "50", "interlace", "sine=f=440", ("-flags", "+ildct+ilme")),
    "variable frame rate": ("320x180", "30", "setpts='if(lt(N,6),N,N*2-6)/30/TB'", "sine=f=440", ("-fps_mode", "vfr")),
    "pixels that are not square": ("320x240", "25", "setsar=4/3", "sine=f=440", ()),
    "no sound, 10 frames a second": ("320x180", "10", "null", None, ()),
    "5.1": ("320x180", "24000/1001", "null", f"aevalsrc='{'|'.join(['0.1*random(0)'] * 6)}':c=5.1:s=48000", ()),
    "mono at 8 kHz": ("320x180", "60", "null", "sine=f=440:r=8000", ()),
    "two frames": ("320x180", "25", "trim=end_frame=2", None, ()),
}


def _job(folder: Path, clips: list[str], formats: str = "story") -> Path:
    (folder / "a.vtt").write_text("WEBVTT\n\n00:00.040 --> 00:00.080\nUn\n", "utf-8")
    listed = "".join(f"  - {{file: media/{clip}, scripts: {{fr: a.vtt}}}}\n" for clip in clips)
    job = folder / "job.yaml"
    job.write_text(
        f"recipe: interview\ntitle: {{fr: Un}}\nlanguages: [fr]\nformats: [{formats}]\nmasters: true\nclips:\n{listed}",
        "utf-8",
    )
    return job


def _produce(job: Path, store: Store) -> Outcome:
    outcome = produce(job, job.parent / "out", Production(store, Selection(), True, 2))
    assert outcome.failures == []
    return outcome


def test_films_of_every_kind_stand_in_one_interview_each_on_its_frames(clip, store: Store, tmp_path: Path) -> None:
    greys = {name: 60 + 20 * number for number, name in enumerate(KINDS)}
    files = []
    for number, (name, (size, rate, filters, sound, options)) in enumerate(KINDS.items()):
        grey = f"color=c=0x{greys[name]:02x}{greys[name]:02x}{greys[name]:02x}:s={size}"
        clip(f"{number}.mp4", grey, rate, 0.6, sound, options, filters)
        files.append(f"{number}.mp4")
    outcome = _produce(_job(tmp_path, files), store)
    told = "\n".join(outcome.notes)
    for number, name in enumerate(KINDS):
        if name not in ("5.1", "mono at 8 kHz", "two frames", "no sound, 10 frames a second"):
            assert f"media/{number}.mp4: {name}" in told
        assert (f"media/{number}.mp4: has no sound" in told) is (KINDS[name][3] is None)
    (master,) = (tmp_path / "out" / d.path for d in outcome.deliveries if d.kind == "master")
    with av.open(str(master)) as container:
        shown = [float(frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)]
    spans = outcome.plan.timeline.clips
    assert len(shown) == outcome.plan.timeline.frame_count
    assert spans[-1].frame_count == round(2 * outcome.plan.timeline.fps / 25), "two frames are two frames"
    for name, span in zip(KINDS, spans, strict=True):
        stretch = shown[span.first_frame : span.first_frame + span.frame_count]
        assert np.ptp(stretch) < 2, f"{name}: one colour from its first frame to its last"
        if name != "high dynamic range":
            assert stretch[0] == pytest.approx(greys[name], abs=3), name


def test_high_dynamic_range_is_brought_down_and_keeps_its_order(clip, store: Store, tmp_path: Path) -> None:
    steps = "geq=lum='64+trunc(8*X/W)*125':cb=512:cr=512"
    clip(
        "a.mp4",
        "color=black:s=320x180",
        "25",
        0.4,
        None,
        ("-pix_fmt", "yuv420p10le"),
        f"format=yuv420p10le,{steps},{HLG}",
    )
    outcome = _produce(_job(tmp_path, ["a.mp4"], "wide"), store)
    assert "high dynamic range, tone-mapped to BT.709" in "\n".join(outcome.notes)
    (master,) = (tmp_path / "out" / d.path for d in outcome.deliveries if d.kind == "master")
    with av.open(str(master)) as container:
        row = next(container.decode(video=0)).to_ndarray(format="gray")[100].astype(float)
    levels = row[len(row) // 16 :: len(row) // 8][:8]
    assert (np.diff(levels) > 3).all(), "no two steps become one, none is clipped"
    assert levels[0] < 12
    assert levels[-1] > 220


def test_an_upright_clip_stands_whole_in_a_wide_frame_unless_its_author_wants_it_cropped(
    clip, store: Store, tmp_path: Path
) -> None:
    clip("a.mp4", "color=gray:s=180x320", "25", 0.4)
    job = _job(tmp_path, ["a.mp4"], "wide, story")

    def fits() -> dict[str, str]:
        *_, plan = prepare(job, store, Selection(), draft=True)
        films = [batch for batch in plan.batches if isinstance(batch.view.footage, SourceRange)]
        return {batch.canvas.format: batch.view.framing.fit for batch in films}

    assert fits() == {"wide": "blur", "story": "follow"}
    _, order, *_ = prepare(job, store, Selection(), draft=True)
    assert any(note.startswith("media/a.mp4: is upright; in wide") for note in order.notes)
    job.write_text(job.read_text("utf-8").replace("scripts:", "fit: crop, scripts:"), "utf-8")
    assert fits() == {"wide": "crop", "story": "crop"}


SOUND_ALONE, PHOTO = ("-vn", "-c:a", "pcm_s16le"), ("-frames:v", "1", "-c:v", "png", "-an")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.wav", SOUND_ALONE, "media/a.wav is a recording without a picture; name it under `music` or `voice_over`"),
        ("a.png", PHOTO, "media/a.png is a photo and no film; name it as the `picture` of a point"),
    ],
)
def test_what_is_no_film_is_refused_at_its_line_with_where_it_belongs(
    clip,
    store: Store,
    tmp_path: Path,
    name: str,
    options: tuple[str, ...],
    said: str,
) -> None:
    clip(name, "color=gray:s=32x32", "25", 0.4, options=options)
    with pytest.raises(InvalidInput, match=said) as refused:
        prepare(_job(tmp_path, [name]), store, Selection())
    assert refused.value.faults[0].line


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "AVIF"])
def test_a_photo_of_any_kind_among_the_clips_is_called_one(tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (32, 32), "gray").save(tmp_path / "photo", kind)
    with pytest.raises(UnusableSource, match="is a photo and no film"):
        probe(tmp_path / "photo")


def test_the_command_over_a_folder_finds_a_shifted_sound_and_a_late_picture(clip, tmp_path: Path) -> None:
    noise = "aevalsrc='0.3*random(0)':s=48000"
    source = clip("a.mp4", "testsrc2=s=320x180", "25", 1, noise, filters="scroll=horizontal=0.04")
    assert media_set.try_film(source, tmp_path / "try").faults == ()
    wide = next((tmp_path / "try" / "out").rglob("*wide_textless.mp4"))
    late = tmp_path / "late.mp4"
    subprocess.run(
        [
            ffmpeg.executable(),
            "-v",
            "error",
            "-i",
            str(wide),
            "-vf",
            "tpad=start=3:start_mode=clone",
            "-af",
            "adelay=40:all=1",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            str(late),
        ],
        check=True,
    )
    probed = probe(source)
    told, off, _ = media_set._pictures(probed, None, wide, Fraction(25), 20)
    assert told > 10 and not off
    _, off, _ = media_set._pictures(probed, None, late, Fraction(25), 20)
    assert off > 10
    assert media_set._lag(probed, late, 0.8) == pytest.approx(0.04, abs=0.002)


@pytest.mark.skipif(not MEDIA, reason="PORTEVOIX_MEDIA names no folder of films")
@pytest.mark.parametrize("path", GIVEN, ids=lambda path: path.name)
def test_a_given_film_comes_out_as_it_went_in_or_is_refused(path: Path, tmp_path: Path) -> None:
    film = media_set.try_film(path, tmp_path / "try", 1)
    assert film.faults == ()
    assert film.told or film.refused
