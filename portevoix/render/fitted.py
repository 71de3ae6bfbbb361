"""A version of a finished video for a placement that does not take it as it is: smaller in bytes, bits a second or
pixels. The same pictures on the same frames, the same sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portevoix import ffmpeg
from portevoix.authoring.placement import VideoRules
from portevoix.plan import VideoStep, key_of
from portevoix.render.deadline import deadline_s
from portevoix.render.join import join, look_at_chunk
from portevoix.render.measure import Measured, measure, written
from portevoix.sources.probe import digest_of
from portevoix.store import Store

LEAST_KBPS = 400  # a film of fewer bits is not worth looking at: it has to be cut
SHARES = (0.97, 0.9, 0.8)  # of the bits that there is room for, tried in turn: an encoder misses its aim a little
INDEX_BYTES, INDEX_BYTES_A_FRAME = 40_000, 40  # of an MP4 beside its packets, at most


@dataclass(frozen=True)
class Fit:
    """What a version has at most: bytes of the whole file (None: any), kbit/s and pixels of its pictures."""

    bytes: int | None
    kbps: int
    width: int
    height: int


def fit_of(m: Measured, rules: VideoRules) -> Fit | None:
    """How a video has to be made smaller; None where it is taken as it is, or where too little would be left of it."""
    shrink = min(1.0, (rules.max_width or m.width) / m.width, (rules.max_height or m.height) / m.height)
    too_large = rules.max_bytes is not None and m.bytes > rules.max_bytes
    if shrink == 1.0 and not too_large and m.video_kbps <= (rules.max_kbps or m.video_kbps):
        return None
    rates = [m.video_kbps * shrink**2, *([rules.max_kbps] if rules.max_kbps else [])]
    if rules.max_bytes is not None:
        sound = float(m.duration_s) * (m.audio_kbps or 0) * 125
        room = rules.max_bytes - sound - INDEX_BYTES - INDEX_BYTES_A_FRAME * m.frames
        rates.append(room / float(m.duration_s) / 125)
    kbps = int(min(rates))
    return Fit(rules.max_bytes, kbps, _even(m.width * shrink), _even(m.height * shrink)) if kbps >= LEAST_KBPS else None


def _even(pixels: float) -> int:
    return 2 * int(pixels / 2)


def fitted(video: VideoStep, fit: Fit, store: Store) -> str | None:
    """The key of a video's version that fits; made once. None where the encoder did not come below the limits.

    Raises RenderFailed.
    """
    key = key_of("fitted copy", {"of": video.key, "fit": fit})
    if store.has(key):
        return key
    with store.workplace() as folder:
        for share in SHARES:
            found = _made(video, fit, share, store, folder)
            m = measure(found)
            if m.video_kbps <= fit.kbps and (fit.bytes is None or m.bytes <= fit.bytes):
                facts = {"frames": video.frame_count, "sha256": digest_of(found), "measured": written(m)}
                store.put(key, {".mp4": found}, facts)
                return key
    return None


def _made(video: VideoStep, fit: Fit, share: float, store: Store, folder: Path) -> Path:
    """Two passes over the finished pictures, and the join with the sound that they had."""
    options = [word for name, value in ffmpeg.input_options("mov").items() for word in (f"-{name}", str(value))]
    source = [*options, "-i", str(store.path(video.key, ".mp4").resolve()), "-map", "0:v:0"]
    scaled = ["-vf", f"scale={fit.width}:{fit.height}:flags=lanczos,setsar=1"]
    for number in (1, 2):
        target = ["-f", "null", "-"] if number == 1 else ["pictures.mp4"]
        encoded = [*_encoding(int(fit.kbps * share), number), *target]
        ffmpeg.run(["-v", "error", *source, *scaled, *encoded], folder, deadline_s(video.frame_count))
    out = folder / "fitted.mp4"
    chunk = look_at_chunk(folder / "pictures.mp4")
    join([chunk], store.path(video.sound, ".aac"), video.fps, video.frame_count, out)
    return out


def _encoding(kbps: int, number: int) -> list[str]:
    """Key frames where the finished video has them, no others; one thread, so that every machine makes the same."""
    x264 = "keyint=infinite:scenecut=0:open-gop=0:bframes=3:b-pyramid=normal:threads=1"
    colours = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    plain = ["-map_metadata", "-1", "-movflags", "+negative_cts_offsets", "-use_editlist", "0"]
    return [
        *("-c:v", "libx264", "-preset", "fast", "-profile:v", "high", "-pix_fmt", "yuv420p", *colours),
        *("-b:v", f"{kbps}k", "-maxrate", f"{kbps * 3 // 2}k", "-bufsize", f"{kbps}k"),
        *("-force_key_frames", "source", "-x264-params", x264, "-pass", str(number), "-passlogfile", "statistics"),
        *("-fps_mode", "passthrough", *plain),
    ]
