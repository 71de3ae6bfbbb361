"""Whole jobs on tiny films: what is delivered, what is made again, what the manifest says."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from portevoix import ffmpeg
from portevoix.delivery.manifest import Delivery
from portevoix.errors import InvalidInput
from portevoix.produce import Production, Selection, produce
from portevoix.render.measure import measure
from portevoix.sources.probe import probe
from portevoix.store import Store
from portevoix.timing import frame_at, parse_time

EVERYTHING = Selection()


def _job(folder: Path, cues: dict[str, list[tuple[str, str, str]]], more: str = "") -> Path:
    scripts = folder / "scripts"
    scripts.mkdir(exist_ok=True)
    for language, rows in cues.items():
        body = "\n".join(f"{start} --> {end}\n{text}\n" for start, end, text in rows)
        (scripts / f"{language}.vtt").write_text(f"WEBVTT\n\n{body}", "utf-8")
    listed = ", ".join(f"{language}: scripts/{language}.vtt" for language in cues)
    text = (
        f"recipe: subtitles\ntitle: {{fr: Essai}}\nclips:\n  - file: media/a.mp4\nscripts: {{{listed}}}\n"
        f"languages: [{', '.join(cues)}]\nposter: none\n{more}"
    )
    (folder / "job.yaml").write_text(text, "utf-8")
    return folder / "job.yaml"


def _produce(job: Path, store: Store) -> list[Delivery]:
    outcome = produce(job, job.parent / "out", Production(store, EVERYTHING, False, 2))
    assert outcome.failures == []
    return outcome.deliveries


@pytest.mark.parametrize("rate", ["24", "25", "30", "24000/1001"])
def test_a_caption_changes_on_the_planned_frame(clip, store: Store, tmp_path: Path, rate: str) -> None:
    clip("a.mp4", "color=c=0xb0b0b0:s=320x180", rate=rate, seconds=5)
    rows = [
        ("00:00.500", "00:01.300", "Un"),
        ("00:01.300", "00:02.700", "Deux mots"),
        ("00:03.111", "00:04.444", "Trois"),
    ]
    (video,) = _produce(_job(tmp_path, {"fr": rows}), store)
    fps = Fraction(rate)
    assert video.fps == str(fps)
    with av.open(str(tmp_path / "out" / video.path)) as container:
        shown = [frame.to_ndarray(format="gray")[120:180].astype(int) for frame in container.decode(video=0)]
    changes = [n for n in range(1, len(shown)) if np.abs(shown[n] - shown[n - 1]).max() > 60]
    planned = sorted({frame_at(parse_time(t.removeprefix("00:")), fps) for row in rows for t in row[:2]})
    assert changes == planned


def test_nothing_is_encoded_twice_and_a_comma_costs_one_chunk(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=8)
    cues = {
        "fr": [("00:00.500", "00:01.500", "Bonjour"), ("00:04.500", "00:05.500", "Au revoir")],
        "ar": [("00:00.500", "00:01.500", "مرحبا"), ("00:04.500", "00:05.500", "وداعا")],
    }
    first = _produce(_job(tmp_path, cues), store)
    before = ffmpeg.encoder_starts
    assert [d.sha256 for d in _produce(tmp_path / "job.yaml", store)] == [d.sha256 for d in first]
    assert ffmpeg.encoder_starts == before, "the same job again starts no encoder"
    cues["ar"][1] = ("00:04.500", "00:05.500", "وداعا، إلى اللقاء")
    again = _produce(_job(tmp_path, cues), store)
    assert ffmpeg.encoder_starts == before + 1, "one chunk of one language, from the statistics that are there"
    by_language = {d.language: d.sha256 for d in again}
    assert by_language["fr"] == first[0].sha256
    assert by_language["ar"] != first[1].sha256


def test_languages_share_the_stretches_without_words(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=8)
    cues = {code: [("00:00.500", "00:01.500", text)] for code, text in {"fr": "Un", "en": "One", "de": "Eins"}.items()}
    before = ffmpeg.encoder_starts
    _produce(_job(tmp_path, cues), store)
    # four clean chunks, one second process for all three languages, one sound
    assert ffmpeg.encoder_starts - before == 4 + 1 + 1


def test_the_manifest_says_what_every_file_is(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=2)
    _produce(_job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Bonjour")]}, "captions: beside\n"), store)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert {"job", "created", "recipe", "tool", "deliveries"} <= set(manifest)
    assert [d["kind"] for d in manifest["deliveries"]] == ["video", "sidecar", "sidecar"]
    video = manifest["deliveries"][0]
    assert (video["width"], video["height"], video["frames"], video["fps"]) == (320, 180, 50, "25")
    for delivery in manifest["deliveries"]:
        assert (tmp_path / "out" / delivery["path"]).stat().st_size == delivery["bytes"]
    assert all(check["verdict"] == "pass" for check in video["checks"])


def test_picture_and_sound_agree_without_an_edit_list(clip, store: Store, tmp_path: Path) -> None:
    # A white flash and a beep begin together at 2 s.
    clip(
        "a.mp4",
        "color=c=black:s=320x180",
        seconds=5,
        filters="drawbox=w=iw:h=ih:c=white:t=fill:enable='between(t,2,2.99)'",
        sound="aevalsrc=exprs='0.5*sin(2*PI*1000*t)*between(t\\,2\\,3)':s=48000",
        options=("-c:a", "alac", "-f", "mov"),
    )
    (video,) = _produce(_job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Un")]}), store)
    path = tmp_path / "out" / video.path
    assert not measure(path).edit_list
    with av.open(str(path), options={"ignore_editlist": "1"}) as container:
        flash = next(float(f.time) for f in container.decode(video=0) if f.to_ndarray(format="gray")[:60].mean() > 128)
    with av.open(str(path), options={"ignore_editlist": "1"}) as container:
        samples, rate = [], 48000
        for frame in container.decode(audio=0):
            samples.append(frame.to_ndarray()[0])
    loud = np.flatnonzero(np.abs(np.concatenate(samples)) > 0.1)
    assert abs(loud[0] / rate - flash) < 0.010


def test_a_damaged_film_is_refused_before_anything_is_rendered(tmp_path: Path, store: Store) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mp4").write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    before = ffmpeg.encoder_starts
    with pytest.raises(InvalidInput, match="is no video file that is known here"):
        _produce(_job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Un")]}), store)
    assert ffmpeg.encoder_starts == before
    assert not (tmp_path / "out").exists()


def test_a_phones_upright_film_of_odd_rate_comes_out_upright_and_constant(clip, store: Store, tmp_path: Path) -> None:
    source = clip(
        "raw.mp4",
        "testsrc2=s=320x180",
        rate="30",
        seconds=2,
        filters="setpts='if(lt(N,20),N,N*2-20)/30/TB'",
        options=("-fps_mode", "vfr"),
    )
    import subprocess

    subprocess.run(
        [
            ffmpeg.executable(),
            "-v",
            "error",
            "-display_rotation",
            "90",
            "-i",
            str(source),
            "-c",
            "copy",
            str(source.with_name("a.mp4")),
        ],
        check=True,
    )
    assert probe(source).variable_rate
    (video,) = _produce(_job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Un")]}), store)
    assert (video.width, video.height) == (180, 320)
    assert measure(tmp_path / "out" / video.path).constant_rate


def test_an_interview_is_levelled_carded_and_framed_for_a_story(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=4, sound="sine=f=440")
    job = _job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Bonjour")]})
    text = job.read_text("utf-8").replace("recipe: subtitles", "recipe: interview") + "formats: [story]\n"
    job.write_text(text, "utf-8")
    (video,) = _produce(job, store)
    assert (video.width, video.height, video.frames) == (1080, 1920, 25 * 7)
    loudness = next(check for check in video.checks if check["rule"] == "loudness")
    assert abs(float(loudness["measured"].split()[0]) + 14) <= 1


def test_a_film_that_did_not_arrive_whole_is_refused(clip, store: Store, tmp_path: Path) -> None:
    path = clip("a.mp4", "testsrc2=s=320x180", seconds=6, options=("-movflags", "+faststart"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InvalidInput, match="is cut short: it says 6"):
        _produce(_job(tmp_path, {"fr": [("00:00.500", "00:01.500", "Un")]}), store)


def test_the_manifest_counts_what_a_subtitler_would_object_to(clip, store: Store, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=4)
    cues = {"fr": [("00:00.500", "00:02.500", "Dès 2030")], "en": [("00:00.500", "00:02.500", "From 2031 on")]}
    french, english = _produce(_job(tmp_path, cues), store)  # wrong words stop nobody's rendering
    assert [c["rule"] for c in french.checks if c["rule"].startswith("captions: ")] == []
    (words,) = [c for c in english.checks if c["rule"].startswith("captions: ")]
    assert words == {"rule": "captions: number differs", "verdict": "fail", "measured": "1 of 1 cues", "wanted": "none"}
