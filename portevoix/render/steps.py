"""One function for each kind of step: its inputs come from the store, its artifact goes into the store."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.errors import RenderFailed
from portevoix.plan import (
    Batch,
    ChunkStep,
    LaidIn,
    MezzanineStep,
    ReadRange,
    SoundCut,
    SoundPart,
    SoundStep,
    VideoStep,
)
from portevoix.plan.calibration import paced
from portevoix.plan.estimate import branches_kind, branches_s, clean_s, joined_s, mezzanine_s, sound_s
from portevoix.render import graph as compose
from portevoix.render.decoded import Decodings
from portevoix.render.graph import Decoded, Footage, Overlay, Still, footage_of
from portevoix.render.join import EncodedChunk, join, look_at_chunk
from portevoix.render.measure import measure, written
from portevoix.render.sound import (
    LEVELLED,
    SOUND,
    Mix,
    Music,
    Recording,
    Target,
    Voice,
    VoiceOver,
    cut_sound,
    make_draft_sound,
    make_sound,
)
from portevoix.sources.probe import digest_of
from portevoix.sources.tone import tone_mapping
from portevoix.store import Store, StoreUnavailable

STATISTICS = "statistics"  # x264 writes this file and, beside it, its macroblock tree
DEADLINE_S_PER_FRAME = 8.0  # an encode of seven languages took 0.3 s a frame on a loaded machine; more is a hang
LEAST_DEADLINE_S = 300.0
LOSSLESS = ".flac"  # beside a programme's encoded sound, where parts are cut from it


def make_mezzanine(step: MezzanineStep, store: Store) -> None:
    """A copy of the used range: upright, square pixels, progressive, constant rate, BT.709."""
    if store.has(step.key):
        return
    source = step.source
    with store.workplace() as folder, paced(store, "mezzanine", mezzanine_s(step)):
        options = [w for name, value in ffmpeg.input_options(source.demuxer).items() for w in (f"-{name}", str(value))]
        ffmpeg.run(
            [
                "-v",
                "error",
                *options,
                "-i",
                f"file:{source.path}",
                "-map",
                "0:v:0",
                "-vf",
                _conforming(step),
                "-frames:v",
                str(step.frame_count),
                "-an",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-crf",
                "8",
                "-g",
                str(round(step.fps)),
                "-colorspace",
                "bt709",
                "-color_primaries",
                "bt709",
                "-color_trc",
                "bt709",
                "-color_range",
                "tv",
                "-f",
                "mp4",
                "mezzanine.mp4",
            ],
            folder,
            _deadline(step.frame_count),
        )
        facts = look_at_chunk(folder / "mezzanine.mp4")
        store.put(step.key, {".mp4": folder / "mezzanine.mp4"}, {"frames": facts.frames})


def _conforming(step: MezzanineStep) -> str:
    source, start = step.source, step.source.first_picture_s + step.start_s
    width, height = source.display_size
    fps = f"{step.fps.numerator}/{step.fps.denominator}"
    tempo = step.tempo
    filters = ["bwdif=mode=send_frame"] if source.interlaced else []
    # The filters run in this order: time first, so that no picture outside the range is scaled.
    filters += [
        "settb=1/120000",
        f"setpts=(PTS-({start.numerator}/{start.denominator})/TB)*{tempo.denominator}/{tempo.numerator}",
        f"fps=fps={fps}:start_time=0:round=near",
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


def make_batch(batch: Batch, store: Store, decodings: Decodings | None = None) -> None:
    """Encode the steps of a batch that are missing: the clean branch in one process, all the others in a second.

    `decodings`: what its processes and those of other batches read; its own without.
    """
    if decodings is None:
        with Decodings([batch], store) as own:
            make_batch(batch, store, own)
        return
    missing = [step for step in batch.branches if not store.has(step.key)]
    with store.workplace() as folder:
        if batch.clean and not store.has(batch.clean.key):
            with paced(store, "clean", clean_s(batch)):
                _make_clean(batch, batch.clean, store, decodings, folder)
        if not missing:
            return
        if batch.clean:
            for suffix in (".stats", ".mbtree"):
                name = STATISTICS + (".mbtree" if suffix == ".mbtree" else "")
                (folder / name).symlink_to(store.path(batch.clean.key, suffix).resolve())
            bits = Fraction(store.facts(batch.clean.key)["video_bytes"] * 8)
            options = batch.encoding.from_statistics(STATISTICS, bits * batch.encoding.fps / batch.chunk.frame_count)
        else:
            options = batch.encoding.plain()
        with paced(store, branches_kind(batch), branches_s(batch, len(missing))):
            _encode(batch, missing, options, store, decodings, folder)
        unsent: StoreUnavailable | None = None
        for step in missing:
            try:
                _record(step, batch, store, {".mp4": folder / f"{step.key}.mp4"})
            except StoreUnavailable as error:
                unsent = error  # what was made waits on this disk: the others are kept too
        if unsent:
            raise unsent


def _make_clean(batch: Batch, step: ChunkStep, store: Store, decodings: Decodings, folder: Path) -> None:
    _encode(batch, [step], batch.encoding.clean(STATISTICS), store, decodings, folder)
    files = {
        ".mp4": folder / f"{step.key}.mp4",
        ".stats": folder / STATISTICS,
        ".mbtree": folder / f"{STATISTICS}.mbtree",
    }
    _record(step, batch, store, files)


def _record(step: ChunkStep, batch: Batch, store: Store, files: dict[str, Path]) -> None:
    made = look_at_chunk(files[".mp4"])
    if made.frames != batch.chunk.frame_count:
        raise RenderFailed(
            f"chunk at frame {batch.chunk.first_frame} of {batch.canvas.format} has {made.frames} pictures instead of "
            f"{batch.chunk.frame_count}; is the source damaged there?"
        )
    store.put(step.key, files, made.facts())


def _encode(
    batch: Batch,
    steps: list[ChunkStep],
    options: dict[str, Any],
    store: Store,
    decodings: Decodings,
    folder: Path,
) -> None:
    """One process: the batch's pictures composed, and each step's images over its branch of them."""
    frames = batch.chunk.frame_count
    with ExitStack() as lent:
        composed = _composed(batch, store, decodings, lent)
        pictures = compose.branches(composed, [_overlays(step, store) for step in steps], batch.encoding.fps)
        outputs = [
            compose.encoded(picture, f"{step.key}.mp4", frames, options)
            for picture, step in zip(pictures, steps, strict=True)
        ]
        ffmpeg.run(["-v", "error", *compose.arguments(*outputs)], folder, _deadline(frames))


def make_picture(batch: Batch, file: Path, store: Store) -> None:
    """The first picture of a batch's first branch, before any encoder, as a PNG."""
    with store.workplace() as folder, Decodings([], store) as decodings, ExitStack() as lent:
        composed = _composed(batch, store, decodings, lent)
        (picture,) = compose.branches(composed, [_overlays(batch.branches[0], store)], batch.encoding.fps)
        output = compose.encoded(picture, "picture.png", 1, {"c:v": "png", "f": "image2", "update": 1})
        ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, LEAST_DEADLINE_S, encodes=False)
        (folder / "picture.png").replace(file)


def _composed(batch: Batch, store: Store, decodings: Decodings, lent: ExitStack) -> object:
    fps, size = batch.encoding.fps, (batch.canvas.width, batch.canvas.height)
    shown: list[object] = []
    number = 0  # of a picture in the graph
    for view in (batch.view, batch.into):
        parts = []
        for part in view.parts if view else ():
            footage: Footage | Decoded | Still | None = _footage(part.read, store)
            if isinstance(footage, Footage) and part.framing.fit != "over":
                footage = lent.enter_context(decodings.of(footage, part.read, batch))
            parts.append(compose.composed(footage, part.framing, fps, number))
            number += 1
        if view and view.beside:
            parts = [compose.parted(parts[0], parts[1], view.side, size, view.framing.ground)]
        shown += parts
    return shown[0] if batch.way is None else compose.blended(shown[0], shown[1], batch.way, fps)


def _footage(read: ReadRange, store: Store) -> Footage | Still | None:
    if read.photo and read.move:
        return Still(store.path(read.photo, ".png").resolve(), read.photo_size, read.move, read.first)
    if read.source is None:
        return None
    source = read.source
    if read.mezzanine:
        return Footage(
            store.path(read.mezzanine, ".mp4").resolve(),
            "mov",
            read.start_s,
            read.tempo,
            "bt709",
            False,
            None,
            source.display_size,
            "yuv420p",
        )
    return footage_of(source, source.first_picture_s + read.start_s, read.tempo, read.crop)


def _overlays(step: ChunkStep, store: Store) -> list[Overlay]:
    return [
        Overlay(store.path(x.drawn.key, ".png").resolve(), x.drawn.x, x.drawn.y, x.first, x.end, x.glide)
        for x in step.layers
    ]


def make_programme_sound(step: SoundStep, store: Store) -> None:
    """The whole programme's sound, once for all languages that share it."""
    if store.has(step.key):
        return
    kind = "rough sound" if step.rough else "sound"
    with store.workplace() as folder, paced(store, kind, sound_s(step)):
        measured = (make_draft_sound if step.rough else make_sound)(_mix(step), folder)
        files = {".aac": folder / SOUND}
        if step.lossless:
            files[LOSSLESS] = folder / LEVELLED
        store.put(step.key, files, measured)


def make_sound_cut(step: SoundCut, store: Store) -> None:
    """A part's sound, cut from the programme's."""
    if store.has(step.key):
        return
    with store.workplace() as folder:
        levelled = store.path(step.whole, LOSSLESS).resolve()
        measured = cut_sound(
            levelled, step.first, step.samples, Target(*step.loudness) if step.loudness else None, folder
        )
        store.put(step.key, {".aac": folder / SOUND}, measured)


def _mix(step: SoundStep) -> Mix:
    music, over = step.music, step.voice_over
    below_lu, duck_db = step.bed
    return Mix(
        tuple(Voice(p.samples, _recording(p), p.tempo, clean_hum=p.clean_hum) for p in step.parts),
        step.samples,
        Target(*step.loudness) if step.loudness else None,
        Music(_laid(music), music.first, below_lu, replace(Music.ducking, depth_db=duck_db)) if music else None,
        VoiceOver(_laid(over), over.first) if over else None,
    )


def _recording(part: SoundPart) -> Recording | None:
    source = part.source
    return Recording(source.path, source.demuxer, source.first_picture_s + part.start_s) if source else None


def _laid(one: LaidIn) -> Recording:
    return Recording(one.file.path, one.file.demuxer, one.start_s)


def chunk_of(key: str, store: Store) -> EncodedChunk:
    """A stored chunk, ready to be joined. Raises StoreError where it is not there."""
    return EncodedChunk.kept(store.path(key, ".mp4"), store.facts(key))


def join_video(step: VideoStep, store: Store, fps: Fraction) -> None:
    """Chunks and sound as one file."""
    if store.has(step.key):
        return
    with store.workplace() as folder, paced(store, "joined", joined_s(step)):
        out = folder / "video.mp4"
        chunks = [chunk_of(key, store) for key in step.chunks]
        join(chunks, store.path(step.sound, ".aac"), fps, step.frame_count, out)
        # Measured and hashed once, however many accounts receive it.
        facts = {"frames": step.frame_count, "sha256": digest_of(out), "measured": written(measure(out))}
        store.put(step.key, {".mp4": out}, facts)


def _deadline(frames: int) -> float:
    return max(LEAST_DEADLINE_S, frames * DEADLINE_S_PER_FRAME)
