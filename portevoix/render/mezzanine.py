"""A source brought into shape before it is shown: a mezzanine."""

from __future__ import annotations

from portevoix import ffmpeg
from portevoix.plan.calibration import paced
from portevoix.plan.estimate import mezzanine_s
from portevoix.plan.model import MezzanineStep
from portevoix.render.deadline import deadline_s
from portevoix.render.join import look_at_chunk
from portevoix.sources.probe import Source, by_own_clock
from portevoix.sources.tone import tone_mapping
from portevoix.store import Store

ENCODER = "-c:v libx264 -preset ultrafast -crf 8"
COLOURS = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv"


def make_mezzanine(step: MezzanineStep, store: Store) -> None:
    """A copy of the used range: upright, square pixels, progressive, constant rate, BT.709."""
    if store.has(step.key):
        return
    with store.workplace() as folder, paced(store, "mezzanine", mezzanine_s(step)):
        ffmpeg.run(_arguments(step), folder, deadline_s(step.frame_count))
        facts = look_at_chunk(folder / "mezzanine.mp4")
        store.put(step.key, {".mp4": folder / "mezzanine.mp4"}, {"frames": facts.frames})


def _arguments(step: MezzanineStep) -> list[str]:
    source = step.source
    options = [w for name, value in ffmpeg.input_options(source.demuxer).items() for w in (f"-{name}", str(value))]
    options += by_own_clock(source)
    taken = [
        "-map",
        f"0:v:{source.time.picture.track}",
        "-vf",
        _filters(step),
        "-frames:v",
        str(step.frame_count),
        "-an",
    ]
    encoded = [*ENCODER.split(), "-g", str(round(step.fps)), *COLOURS.split()]
    return ["-v", "error", *options, "-i", f"file:{source.path}", *taken, *encoded, "-f", "mp4", "mezzanine.mp4"]


def _filters(step: MezzanineStep) -> str:
    source = step.source
    start = (source.first_picture_s if source.read_directly else source.time.zero_s) + step.start_s
    width, height = source.display_size
    fps = f"{step.fps.numerator}/{step.fps.denominator}"
    tempo = step.tempo
    filters = _one_size(source) if len(source.time.sizes) > 1 else []
    filters += ["bwdif=mode=send_frame"] if source.interlaced else []
    # The filters run in this order: time first, so that no picture outside the range is scaled.
    filters += [
        "settb=1/120000",
        f"setpts=(PTS-({start.numerator}/{start.denominator})/TB)*{tempo.denominator}/{tempo.numerator}",
        # At its end the last picture is passed on, however short a part of a frame it stands.
        f"fps=fps={fps}:start_time=0:round=near:eof_action=pass",
        "tpad=stop=-1:stop_mode=clone",
    ]
    if source.hdr:
        filters += [*tone_mapping(source), f"scale={width}:{height}:flags=lanczos"]
    else:
        filters += [
            f"scale={width}:{height}:flags=lanczos+accurate_rnd+full_chroma_int:in_color_matrix={source.assumed_matrix}"
            f":in_range={'pc' if source.full_range else 'tv'}:out_color_matrix=bt709:out_range=tv"
        ]
    return ",".join(
        [
            *filters,
            "format=yuv420p",
            "setsar=1",
            "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv",
        ]
    )


def _one_size(source: Source) -> list[str]:
    """Pictures of any size, each whole and in the middle of the largest."""
    width, height = source.width, source.height
    return [
        f"scale={width}:{height}:flags=lanczos:force_original_aspect_ratio=decrease:eval=frame",
        f"pad={width}:{height}:-1:-1:eval=frame",
    ]
