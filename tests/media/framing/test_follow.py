"""Framing on real pictures: ffmpeg crops where the path looks, and faces are found in a filmed clip."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.framing import follow
from portevoix.framing.cuts import cuts, shot_starts
from portevoix.framing.greys import GREY, grey_at
from portevoix.framing.looks import look_through
from portevoix.framing.path import CameraPath, Key, ShotPath
from portevoix.framing.path_expressions import x_expression
from portevoix.framing.pictures import Stretch, pictures
from portevoix.library import ROOT
from portevoix.plan.composition import Aside, Camera, Framing, Reach, SourceRange
from portevoix.produce import Selection, prepare
from portevoix.render.picture import Footage, arguments, composed, encoded
from portevoix.sources.bars import picture_area
from portevoix.sources.probe import probe
from portevoix.store import Store

MakeClip = Callable[..., Path]
WEBCAM = ROOT / "tests/golden/framing/media/webcam.mp4"
SINTEL = ROOT / "examples/sintel/media/sintel.mp4"
FPS = Fraction(24)
WIDTH, WINDOW, FRAMES = 256, 80, 96
PATH = CameraPath(
    (
        ShotPath(Fraction(0), Fraction(2), "follow", (Key(0.31, 0.2, 0.5), Key(1.62, 0.7, 0.5))),
        ShotPath(Fraction(2), Fraction(49, 24), "nobody", (Key(2, 0.5, 0.5),)),
        ShotPath(
            Fraction(49, 24),
            Fraction(4),
            "follow",
            (Key(2.1, 0.9, 0.5), Key(3, 0.3, 0.5), Key(3.2, 0.3, 0.5), Key(4, 0.8, 0.5)),
        ),
    )
)


@pytest.mark.parametrize("first, count", [(0, FRAMES), (17, 48), (40, 9), (48, 1), (60, 36)])
def test_ffmpeg_crops_where_the_path_looks_in_any_chunk(tmp_path: Path, first: int, count: int) -> None:
    """The picture is a ramp that moves on by a level a frame: its first pixel tells the crop's left edge and
    the frame.
    """
    x = x_expression(PATH, first / FPS, FPS, count).replace(",", "\\,")
    ramp = f"color=s={WIDTH}x16:r=24:d=4,format=gray,geq=lum=mod(X+N\\,256)"
    crop = f"crop={WINDOW}:16:round(clip(iw*({x})-ow/2\\,0\\,iw-ow)):0"
    look = f"{ramp},trim=start_frame={first},setpts=PTS-STARTPTS,{crop}"
    command = [
        ffmpeg.executable(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        look,
        "-frames:v",
        str(count),
        "-f",
        "rawvideo",
        "-",
    ]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    lefts = np.frombuffer(raw, np.uint8).reshape(-1, 16, WINDOW)[:, 0, 0]
    found = [(int(level) - first - number) % 256 for number, level in enumerate(lefts)]
    wanted = [min(max(x * WIDTH - WINDOW / 2, 0), WIDTH - WINDOW) for x, _ in PATH.points(first / FPS, FPS, count)]
    assert len(found) == count
    # Half a pixel is the crop's own rounding; the digits written are good for a thousandth.
    assert max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= 0.501


@pytest.mark.parametrize("panes, size", [("stack", (270, 480)), ("beside", (270, 270))])
def test_each_of_two_people_has_a_pane_with_a_gap_between(
    tmp_path: Path, clip: MakeClip, panes: str, size: tuple[int, int]
) -> None:
    faces = "drawbox=x=112:y=100:w=32:h=32:c=white:t=fill,drawbox=x=496:y=200:w=32:h=32:c=white:t=fill"
    path = clip("two.mp4", "color=black:s=640x360", seconds=1, sound=None, filters=faces)
    people = ((0.2, 116 / 360), (0.8, 216 / 360))
    camera = Camera("0.5", "0.5", (Reach(25, (0.5, 0.5), (0.5, 0.5)),), (Aside(0, 25, panes, people),))
    footage = Footage(path, "mov", Fraction(0), Fraction(1), "bt709", False, None, (640, 360), "yuv420p")
    stream = composed(footage, Framing(*size, "follow", (0.5, 0.5), "#FF0000", camera), Fraction(25))
    output = encoded(stream, "panes.png", 1, {"c:v": "png", "f": "image2", "update": 1})
    ffmpeg.run(["-v", "error", *arguments(output)], tmp_path, 60, encodes=False)
    picture = np.asarray(Image.open(tmp_path / "panes.png").convert("RGB")).astype(int)
    assert picture.shape[:2] == (size[1], size[0])
    along = 0 if panes == "stack" else 1
    red = np.flatnonzero((picture[..., 0] - picture[..., 2] > 100).all(axis=1 - along))
    whole = size[1 - along]
    assert len(red) == pytest.approx(2, abs=2)
    assert abs(red.mean() - whole / 2) < 4
    halves = [np.take(picture, range(*span), along) for span in ((0, red[0]), (red[-1] + 1, whole))]
    for half in halves:
        white = half.min(axis=2) > 200
        columns = np.flatnonzero(white.any(axis=0))
        assert len(columns) == columns[-1] - columns[0] + 1  # one face, not two
        if panes == "beside":  # the other panes are so wide that the picture's edge holds them
            assert columns.mean() == pytest.approx(half.shape[1] / 2, abs=half.shape[1] / 12)


@pytest.mark.parametrize(
    ("size", "frame"), [((640, 360), (270, 480)), ((638, 272), (270, 270)), ((640, 360), (216, 270))]
)
def test_a_shot_stands_still_whatever_its_chunks_take_of_the_picture(
    tmp_path: Path, clip: MakeClip, size: tuple[int, int], frame: tuple[int, int]
) -> None:
    path = clip("still.mp4", f"testsrc2=s={size[0]}x{size[1]}", seconds=1, sound=None, filters="loop=30:1:0")
    footage = Footage(path, "mov", Fraction(0), Fraction(1), "bt709", False, None, size, "yuv420p")

    def first_picture(name: str, x: str, *reaches: Reach) -> np.ndarray:
        framing = Framing(*frame, "follow", (0.5, 0.5), "#000000", Camera(x, "0.5", reaches, ()))
        output = encoded(composed(footage, framing, Fraction(25)), name, 1, {"c:v": "png", "f": "image2", "update": 1})
        ffmpeg.run(["-v", "error", *arguments(output)], tmp_path, 60, encodes=False)
        return np.asarray(Image.open(tmp_path / name).convert("RGB")).astype(int)

    alone = first_picture("alone.png", "0.4", Reach(20, (0.4, 0.5), (0.4, 0.5)))
    cut = first_picture(
        "cut.png", "if(lt(n,5),0.4,0.6)", Reach(5, (0.4, 0.5), (0.4, 0.5)), Reach(20, (0.6, 0.5), (0.6, 0.5))
    )
    moving = first_picture("moving.png", "0.4+0.02*n", Reach(20, (0.4, 0.5), (0.78, 0.5)))
    assert abs(alone - cut).max() <= 2 and abs(alone - moving).max() <= 2
    assert alone.std() > 20, "a picture, not a plain ground"


def test_a_chunk_alone_gives_the_points_of_the_whole() -> None:
    whole = PATH.points(Fraction(0), FPS, FRAMES)
    assert [p for first in range(0, FRAMES, 16) for p in PATH.points(first / FPS, FPS, 16)] == whole


def test_a_face_is_found_and_the_path_is_remembered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stretch = Stretch(probe(WEBCAM), Fraction(26), Fraction(32), None)  # the head goes to both sides
    path = follow.camera_path(stretch, store)
    assert [(shot.start_s, shot.end_s, shot.verdict) for shot in path.shots] == [(26, 32, "follow")]
    assert abs(path.shots[0].at(29)[0] - 0.52) < 0.05
    monkeypatch.setattr(follow, "_find", None)
    assert follow.camera_path(stretch, store) == path


def test_shots_end_where_the_trailer_cuts(store: Store) -> None:
    source = probe(SINTEL)
    stretch = Stretch(source, Fraction(10), Fraction(18), picture_area(source, store))
    assert [start * source.fps for start, _, _ in look_through(stretch, store)] == [240, 283, 333, 370, 384]


def test_a_stretch_is_decoded_once_for_its_cuts_its_faces_and_its_light(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, started = probe(SINTEL), []
    run = ffmpeg.run
    monkeypatch.setattr(ffmpeg, "run", lambda *given, **more: started.append(given) or run(*given, **more))
    stretch = Stretch(source, Fraction(9), Fraction(43, 4), (0, 90, 1280, 540))
    shown = look_through(stretch, store)
    assert [len(looks) for _, _, looks in shown] == [8, 8, 8] and len(started) == 2  # and once for short shots
    grey = grey_at(stretch, Fraction(10), store)
    assert grey is not None and grey.shape == (54, 128)
    assert shot_starts(stretch, store) == tuple(start for start, _, _ in shown[1:]) and len(started) == 2
    (wanted,) = (picture for second, picture in pictures(stretch, GREY.rate, 128, "gray", store) if second == 10)
    assert (grey == wanted).all()


def test_a_cut_in_the_dark_is_one_and_a_fade_is_none_also_where_no_camera_follows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, started, run = probe(SINTEL), [], ffmpeg.run
    monkeypatch.setattr(ffmpeg, "run", lambda *given, **more: started.append(given) or run(*given, **more))
    stretch = Stretch(source, Fraction(1), Fraction(5), (0, 90, 1280, 540))
    follow.faces_seen(stretch, store, followed=False)
    assert [shot * source.fps for shot in shot_starts(stretch, store)] == [46, 91, 99, 108, 116]
    assert [cut * source.fps for cut in cuts(stretch, store)] == [46, 108, 116] and len(started) == 1


def test_nobody_is_found_in_a_ramp(store: Store, clip: MakeClip) -> None:
    path = clip("ramp.mp4", "gradients=s=320x180:c0=white:c1=gray", seconds=1, sound=None)
    found = follow.camera_path(Stretch(probe(path), Fraction(0), Fraction(1), None), store)
    assert [shot.verdict for shot in found.shots] == ["nobody"]


def test_pictures_are_the_same_wherever_their_stretch_begins(store: Store) -> None:
    whole = Stretch(probe(WEBCAM), Fraction(0), Fraction(2), None)
    late = replace(whole, start_s=Fraction(31, 25))
    all_of_it = dict(pictures(whole, Fraction(25), 64, "gray", store))
    for second, picture in pictures(late, Fraction(25), 64, "gray", store):
        assert (picture == all_of_it[second]).all()


PQ = (
    "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,"
    "zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=tv,format=yuv420p10le"
)
PQ_TAGS = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "smpte2084")


@pytest.mark.parametrize(
    "filters, options, turned",
    [
        ("transpose=clock", (), 90),
        (PQ, PQ_TAGS, 0),
        ("tinterlace=interleave_top,setfield=tff", ("-flags", "+ildct+ilme"), 0),
        ("select=mod(n\\,5)", ("-fps_mode", "vfr"), 0),
        ("scale=200:300,setsar=2", (), 0),
    ],
    ids=["rotation", "high dynamic range", "interlaced", "variable frame rate", "pixels that are not square"],
)
def test_a_face_is_found_where_a_viewer_sees_it_in_what_is_brought_into_shape_first(
    tmp_path: Path, store: Store, filters: str, options: tuple[str, ...], turned: int
) -> None:
    made, clip = tmp_path / "made.mp4", tmp_path / "clip.mp4"
    quiet = [ffmpeg.executable(), "-v", "error"]
    encode = ["-vf", filters, "-c:v", "libx264", "-preset", "ultrafast", *options]
    subprocess.run([*quiet, "-ss", "26", "-t", "1.2", "-i", str(WEBCAM), *encode, str(made)], check=True)
    subprocess.run([*quiet, "-display_rotation:v:0", str(turned), "-i", str(made), "-c", "copy", str(clip)], check=True)
    source = probe(clip)
    assert source.why_conform
    assert source.display_size == (400, 300)
    (shot,) = follow.camera_path(Stretch(source, Fraction(0), source.duration_s, None), store).shots
    (plain,) = follow.camera_path(Stretch(probe(WEBCAM), Fraction(26), Fraction(136, 5), None), store).shots
    assert shot.verdict == "follow"
    assert shot.at(0.6) == pytest.approx(plain.at(26.6), abs=0.03)


def test_a_plan_follows_a_clip_that_is_brought_into_shape_first(tmp_path: Path, store: Store) -> None:
    quiet = [ffmpeg.executable(), "-v", "error"]
    encode = ["-vf", "transpose=clock", "-c:v", "libx264", "-preset", "ultrafast", str(tmp_path / "made.mp4")]
    subprocess.run([*quiet, "-ss", "26", "-t", "1", "-i", str(WEBCAM), *encode], check=True)
    turned = [
        "-display_rotation:v:0",
        "90",
        "-i",
        str(tmp_path / "made.mp4"),
        "-c",
        "copy",
        str(tmp_path / "phone.mp4"),
    ]
    subprocess.run([*quiet, *turned], check=True)
    (tmp_path / "fr.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:00.900\nBonjour.\n", "utf-8")
    (tmp_path / "job.yaml").write_text(
        "recipe: interview\ntitle: {fr: Bonjour}\nclips:\n  - {file: phone.mp4, fit: {story: follow}}\n"
        "scripts: {fr: fr.vtt}\nformats: [story]\nlanguages: [fr]\nkit: aster\n",
        "utf-8",
    )
    _, order, _, plan = prepare(tmp_path / "job.yaml", store, Selection(), draft=True)
    assert order.notes == (
        "phone.mp4: carries no colour tags; read as smpte170m",
        "phone.mp4: rotation; brought into shape first",
        "phone.mp4: has no sound; the programme is silent there",
    )
    views = [batch.view for batch in plan.batches]
    framings = [view.framing for view in views if isinstance(view.footage, SourceRange) and view.footage.mezzanine]
    cameras = [framing.camera for framing in framings if framing.fit == "follow" and framing.camera]
    assert len(cameras) == len(framings) > 0
    assert all(0.4 < float(camera.x) < 0.5 for camera in cameras)
