"""Decoded frames of tiny encodes: colours, frame numbers, joins."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.drawing.canvas import SIZES
from portevoix.errors import RenderFailed
from portevoix.library import ROOT
from portevoix.plan.composition import Encoding, Framing
from portevoix.render import picture as compose
from portevoix.render.encoding import CALM_BPS, MOST_QUANTISER, branch_options, clean_options, plain_options
from portevoix.render.join import EncodedChunk, join, look_at_chunk
from portevoix.render.measure import measure
from portevoix.render.picture import Footage, ImageOverlay, footage_of
from portevoix.sources.probe import probe

KIT_RED = (200, 16, 46)
SOURCES = {
    "tagged": (
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int",
        ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"),
    ),
    "untagged": ("null", ()),
    "bt601": (
        "scale=out_color_matrix=smpte170m:out_range=tv:flags=accurate_rnd+full_chroma_int",
        ("-colorspace", "smpte170m", "-color_range", "tv"),
    ),
    "full range": (
        "scale=out_color_matrix=bt709:out_range=pc:flags=accurate_rnd+full_chroma_int",
        ("-colorspace", "bt709", "-color_range", "pc"),
    ),
}


def _decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")
            for frame in container.decode(video=0)
        ]


def _encode(picture, folder: Path, name: str, frames: int, encoding: Encoding) -> Path:
    output = compose.encoded(picture, name, frames, plain_options(encoding))
    ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, 120)
    return folder / name


def _footage(path: Path, start_s: Fraction = Fraction(0)) -> Footage:
    source = probe(path)
    return footage_of(source, source.first_picture_s + start_s, Fraction(1), None)


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", SIZES)
def test_a_kit_colour_comes_out_as_it_went_in(clip, tmp_path: Path, kind: str, name: str) -> None:
    filters, options = SOURCES[kind]
    source = clip("a.mp4", "testsrc2=s=320x180", seconds=0.2, sound=None, filters=filters, options=options)
    Image.new("RGBA", (200, 100), (*KIT_RED, 255)).save(tmp_path / "red.png")
    width, height = SIZES[name]
    framing = Framing(width, height, "crop", (0.5, 0.5), "#000000")
    picture = compose.composed(_footage(source), framing, Fraction(25))
    (over,) = compose.branches(picture, [[ImageOverlay(tmp_path / "red.png", 100, 300, 0, 2)]], Fraction(25))
    frames = _decoded(_encode(over, tmp_path, "o.mp4", 2, Encoding(Fraction(25), 50)))
    middle = frames[0][330:370, 150:250].reshape(-1, 3).mean(axis=0)
    assert np.abs(middle - KIT_RED).max() <= 3


@pytest.mark.parametrize("kind", SOURCES)
def test_a_sources_own_colour_is_kept(clip, tmp_path: Path, kind: str) -> None:
    filters, options = SOURCES[kind]
    if kind == "untagged":  # small and untagged: read as BT.601, and made so here
        filters = "scale=out_color_matrix=smpte170m:flags=accurate_rnd+full_chroma_int"
    source = clip(
        "a.mp4",
        "color=c=0x3c78b4:s=320x180",
        seconds=0.2,
        sound=None,
        filters=f"format=rgb24,{filters}",
        options=options,
    )
    picture = compose.composed(_footage(source), Framing(320, 180, "pad", (0.5, 0.5), "#000000"), Fraction(25))
    frames = _decoded(_encode(picture, tmp_path, "o.mp4", 2, Encoding(Fraction(25), 50)))
    assert np.abs(frames[0].reshape(-1, 3).mean(axis=0) - (0x3C, 0x78, 0xB4)).max() <= 3


@pytest.mark.parametrize("rate", ["24", "25", "30", "24000/1001"])
@pytest.mark.parametrize("start", [0, 7, 48])
def test_a_chunk_shows_the_same_source_frames_wherever_it_is_cut(clip, tmp_path: Path, rate: str, start: int) -> None:
    fps = Fraction(rate)
    # The picture's brightness says which frame it is.
    source = clip(
        "a.mp4",
        "color=c=black:s=64x64",
        rate=rate,
        seconds=4,
        sound=None,
        filters="geq=lum='16+mod(N*37,211)':cb=128:cr=128",
    )
    picture = compose.composed(
        _footage(source, Fraction(start) / fps), Framing(64, 64, "crop", (0.5, 0.5), "#000000"), fps
    )
    path = _encode(picture, tmp_path, "o.mp4", 12, Encoding(fps, 48))
    with av.open(str(path)) as container:
        levels = [round(float(f.to_ndarray()[:64].mean())) - 16 for f in container.decode(video=0)]
    wanted = [n * 37 % 211 for n in range(start, start + 12)]
    assert max(abs(level - want) for level, want in zip(levels, wanted, strict=True)) <= 3


def looked_at(chunks: list[Path]) -> list[EncodedChunk]:
    return [look_at_chunk(chunk) for chunk in chunks]


@pytest.mark.parametrize("name", SIZES)
def test_clips_of_every_fit_join(clip, tmp_path: Path, name: str) -> None:
    source, fps = clip("a.mp4", "testsrc2=s=640x360", seconds=0.2, sound=None), Fraction(25)
    chunks = []
    for fit in ("crop", "blur", "pad"):
        picture = compose.composed(_footage(source), Framing(*SIZES[name], fit, (0.5, 0.5), "#10233F"), fps)
        chunks.append(_encode(picture, tmp_path, f"{fit}.mp4", 2, Encoding(fps, 50)))
    join(looked_at(chunks), None, fps, 6, tmp_path / "out.mp4")
    assert len(_decoded(tmp_path / "out.mp4")) == 6


@pytest.mark.parametrize("fit", ["crop", "blur", "pad"])
@pytest.mark.parametrize("name", SIZES)
def test_every_fit_fills_every_frame(clip, tmp_path: Path, fit: str, name: str) -> None:
    source = clip("a.mp4", "testsrc2=s=640x360", seconds=0.2, sound=None)
    width, height = SIZES[name]
    picture = compose.composed(_footage(source), Framing(width, height, fit, (0.2, 0.5), "#10233F"), Fraction(25))
    assert _decoded(_encode(picture, tmp_path, "o.mp4", 1, Encoding(Fraction(25), 50)))[0].shape == (height, width, 3)


@pytest.mark.parametrize("at", [0.5, 0.31, 0.0])
def test_a_picture_before_its_blurred_ground_stands_as_high_as_its_recipe_says(clip, tmp_path: Path, at: float) -> None:
    source = clip("a.mp4", "color=c=white:s=64x36", seconds=0.2, sound=None)
    picture = compose.composed(_footage(source), Framing(72, 128, "blur", (0.5, at), "#10233F"), Fraction(25))
    (frame,) = _decoded(_encode(picture, tmp_path, "o.mp4", 1, Encoding(Fraction(25), 50)))
    rows = np.flatnonzero(frame.mean(axis=(1, 2)) > 245)
    assert len(rows) in (40, 41) and abs(rows[0] - max(0, round(128 * at - 20))) <= 2


def test_chunks_join_into_a_file_that_every_platform_takes(clip, tmp_path: Path) -> None:
    source = clip("a.mp4", "testsrc2=s=320x180", seconds=3)
    fps = Fraction(25)
    chunks = []
    for number in range(3):
        picture = compose.composed(
            _footage(source, Fraction(number)), Framing(320, 180, "crop", (0.5, 0.5), "#000000"), fps
        )
        chunks.append(_encode(picture, tmp_path, f"{number}.mp4", 25, Encoding(fps, 50)))
    join(looked_at(chunks), None, fps, 75, tmp_path / "joined.mp4")
    m = measure(tmp_path / "joined.mp4")
    assert (m.frames, m.constant_rate, m.edit_list, m.moov_first, m.first_picture_s, m.fps) == (
        75,
        True,
        False,
        True,
        0,
        25,
    )
    assert (m.profile, m.pixel_format, m.colour) == ("High", "yuv420p", (1, 1, 1, 1))
    with pytest.raises(RenderFailed, match="75 pictures instead of 80"):
        join(looked_at(chunks), None, fps, 80, tmp_path / "short.mp4")


def test_chunks_with_other_parameter_sets_are_refused(clip, tmp_path: Path) -> None:
    source = clip("a.mp4", "testsrc2=s=320x180", seconds=1)
    picture = compose.composed(_footage(source), Framing(320, 180, "crop", (0.5, 0.5), "#000000"), Fraction(25))
    one = _encode(picture, tmp_path, "1.mp4", 5, Encoding(Fraction(25), 50))
    two = _encode(picture, tmp_path, "2.mp4", 5, Encoding(Fraction(60), 120))
    with pytest.raises(RenderFailed, match="other parameter sets"):
        join(looked_at([one, two]), None, Fraction(25), 10, tmp_path / "o.mp4")


def test_a_chunk_of_noise_stays_under_the_placements_rates(tmp_path: Path) -> None:
    fps, encoding = Fraction(25), Encoding(Fraction(25), 50)
    noise = ("-f", "lavfi", "-i", "color=gray:s=640x360:r=25,noise=alls=100:allf=t", "-frames:v", "50")

    def encode(name: str, options: dict[str, object]) -> EncodedChunk:
        words = [word for option, value in options.items() for word in (f"-{option}", str(value))]
        ffmpeg.run(["-v", "error", *noise, *words, name], tmp_path, 120)
        return look_at_chunk(tmp_path / name)

    clean = encode("clean.mp4", clean_options(encoding, "statistics"))
    rates = [Fraction(clean.video_bytes * 8) * fps / clean.frames]
    language = encode("language.mp4", branch_options(encoding, "statistics", rates[0]))
    rates.append(Fraction(language.video_bytes * 8) * fps / language.frames)
    assert all(15_000_000 < rate < 23_000_000 for rate in rates), rates


def test_a_chunk_that_was_cut_short_is_refused_and_not_joined(clip, tmp_path: Path) -> None:
    source = clip("a.mp4", "testsrc2=s=320x180", seconds=1)
    picture = compose.composed(_footage(source), Framing(320, 180, "crop", (0.5, 0.5), "#000000"), Fraction(25))
    whole = look_at_chunk(_encode(picture, tmp_path, "1.mp4", 5, Encoding(Fraction(25), 50)))
    whole.path.write_bytes(whole.path.read_bytes()[: whole.packets[-1].offset + 1])
    first = look_at_chunk(_encode(picture, tmp_path, "3.mp4", 5, Encoding(Fraction(25), 50)))
    with pytest.raises(RenderFailed, match="cut short"):
        join([first, whole], None, Fraction(25), 10, tmp_path / "o.mp4")


def test_a_chunk_without_b_frames_joins_one_with_them(clip, tmp_path: Path) -> None:
    fps, encoding = Fraction(25), Encoding(Fraction(25), 50)
    source = clip("a.mp4", "testsrc2=s=320x180", seconds=1)
    moving = compose.composed(_footage(source), Framing(320, 180, "crop", (0.5, 0.5), "#000000"), fps)
    still = compose.composed(None, Framing(320, 180, "pad", (0.5, 0.5), "#10233F"), fps)
    chunks = [
        _encode(moving, tmp_path, "m.mp4", 25, encoding),
        _encode(still, tmp_path, "s.mp4", 1, encoding),
        _encode(moving, tmp_path, "n.mp4", 25, encoding),
    ]
    join(looked_at(chunks), None, fps, 51, tmp_path / "o.mp4")
    measured = measure(tmp_path / "o.mp4")
    assert (measured.frames, measured.constant_rate) == (51, True)
    assert len(_decoded(tmp_path / "o.mp4")) == 51


@pytest.mark.parametrize("size", [(108, 192), (108, 108), (192, 108), (72, 128)])
@pytest.mark.parametrize("place", [(0.2, 0.5), (0.5, 0.5), (0.81, 0.4)])
def test_a_crop_holds_its_focus_in_the_middle(
    clip, tmp_path: Path, size: tuple[int, int], place: tuple[float, float]
) -> None:
    x, y = round(place[0] * 640), round(place[1] * 360)
    path = clip(
        "dot.mp4",
        "color=black:s=640x360",
        seconds=0.2,
        sound=None,
        filters=f"drawbox=x={x - 12}:y={y - 12}:w=24:h=24:c=white:t=fill",
    )
    picture = compose.composed(_footage(path), Framing(*size, "crop", place, "#000000"), Fraction(25))
    output = compose.encoded(picture, "dot.png", 1, {"c:v": "png", "f": "image2", "update": 1})
    ffmpeg.run(["-v", "error", *compose.arguments(output)], tmp_path, 60, encodes=False)
    with Image.open(tmp_path / "dot.png") as image:
        assert image.size == size
        box = image.convert("L").point(lambda level: 255 * (level > 128)).getbbox()
    enlarged = max(size[0] / 640, size[1] / 360)
    for axis, (side, whole) in enumerate(zip(size, (640, 360), strict=True)):
        middle = (box[axis] + box[axis + 2]) / 2
        wanted = place[axis] * whole * enlarged
        # In the middle, or as near to it as the picture's edge lets it be.
        left = min(max(wanted - side / 2, 0), whole * enlarged - side)
        assert middle == pytest.approx(wanted - left, abs=1.5)


def _coarsest(path: Path) -> list[int]:
    """The largest quantiser of any block of each picture, as FFmpeg tells it (AVVideoEncParams)."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = {"export_side_data": "venc_params"}
        for frame in container.decode(stream):
            told = next(bytes(data) for data in frame.side_data if "ENC_PARAMS" in str(data.type))
            (count,), (begins, size), (_, base) = (
                struct.unpack_from(shape, told, at) for shape, at in (("I", 0), ("QQ", 8), ("ii", 24))
            )
            found.append(base + max(struct.unpack_from("i", told, begins + n * size + 16)[0] for n in range(count)))
    return found


def test_a_card_that_dissolves_in_over_a_photo_has_no_coarse_blocks(tmp_path: Path) -> None:
    photo, encoding, frames = ROOT / "examples/photos/media/museum.webp", Encoding(Fraction(25), 50), 25
    still = "scale=640:360:force_original_aspect_ratio=increase,crop=640:360,format=yuv420p"

    def made(name: str, picture: str, options: dict[str, object]) -> Path:
        given = [word for key, value in options.items() for word in (f"-{key}", str(value))]
        loop = ["-loop", "1", "-framerate", "25", "-i", str(photo), "-vf", picture, "-frames:v", str(frames)]
        ffmpeg.run(["-v", "error", *loop, *given, name], tmp_path, 120)
        return tmp_path / name

    clean = look_at_chunk(made("clean.mp4", still, clean_options(encoding, "statistics")))
    rate = Fraction(clean.video_bytes * 8) * 25 / frames
    assert rate < CALM_BPS
    dissolved = f"{still},fade=out:s=13:n=12:c=0x0e1f3d"
    assert max(_coarsest(made("fr.mp4", dissolved, branch_options(encoding, "statistics", rate)))) <= MOST_QUANTISER
