"""The plan: every step that a job needs, each under the hash of all that goes into it. Making a plan renders nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.artist import Artist, Canvas, Drawn
from portevoix.authoring.job import Fit
from portevoix.captions.rules import Finding
from portevoix.layers import Layer, Variant, layers_of
from portevoix.order import Audience, Order
from portevoix.render.compose import Framing
from portevoix.render.encoding import Encoding
from portevoix.render.sound import RATE_HZ
from portevoix.review import review_words
from portevoix.sources.bars import picture_area
from portevoix.sources.probe import Source
from portevoix.store import Store
from portevoix.timeline import Chunk, PlacedCues, Timeline, lay_out, place_cues
from portevoix.timing import sample_at

VERSIONS = {"mezzanine": 1, "chunk": 4, "sound": 3, "video": 1, "still": 1}  # raise one when its maker changes


def key_of(kind: str, parameters: Any) -> str:
    """The hash of a step: its kind, that kind's version, its parameters as canonical JSON, the ffmpeg build."""
    content = {"kind": kind, "version": VERSIONS[kind], "ffmpeg": ffmpeg.build(), "parameters": parameters}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and exact fractions: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if is_dataclass(value) and not isinstance(value, type):
        return {name: item for name, item in asdict(value).items() if not isinstance(item, Path)}
    if isinstance(value, Path):
        return value.name
    raise TypeError(f"{type(value).__name__} has no place in a step's parameters")


@dataclass(frozen=True)
class Layered:
    """An image in a chunk's picture, from frame `first` up to, not including, `end` of the chunk."""

    drawn: Drawn
    first: int
    end: int


@dataclass(frozen=True)
class ChunkStep:
    """One chunk of one format with one set of layers."""

    key: str
    layers: tuple[Layered, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True)
class ReadRange:
    """The stretch of a source that a chunk shows. `mezzanine`: key of the conformed copy, where one is needed."""

    source: Source | None
    mezzanine: str | None
    start_s: Fraction  # from the first picture of the source, or of the mezzanine
    tempo: Fraction
    crop: tuple[int, int, int, int] | None


@dataclass(frozen=True)
class Batch:
    """The steps of one chunk and format: they share a composition. `clean` None: each is encoded by itself."""

    chunk: Chunk
    canvas: Canvas
    read: ReadRange
    framing: Framing
    encoding: Encoding
    clean: ChunkStep | None
    branches: tuple[ChunkStep, ...]

    @property
    def steps(self) -> tuple[ChunkStep, ...]:
        return (self.clean, *self.branches) if self.clean else self.branches


@dataclass(frozen=True)
class MezzanineStep:
    """A source brought into shape, only the range that is used."""

    key: str
    source: Source
    start_s: Fraction
    frame_count: int
    fps: Fraction
    tempo: Fraction


@dataclass(frozen=True)
class SoundStep:
    """The programme's sound. `parts`: source, start in seconds from its first picture, tempo, samples."""

    key: str
    parts: tuple[tuple[Source | None, Fraction, Fraction, int], ...]
    samples: int
    loudness: tuple[float, float] | None


@dataclass(frozen=True)
class VideoStep:
    """One finished file: chunks joined with the sound."""

    key: str
    format: str
    language: str | None  # None: captions beside, the same picture for several languages
    canvas: Canvas
    chunks: tuple[str, ...]
    frame_count: int
    sound: str


@dataclass(frozen=True)
class Product:
    """What one audience receives."""

    audience: Audience
    video: VideoStep
    still: Drawn | None


@dataclass(frozen=True)
class Plan:
    """All steps of a job. The order of the lists is the order of the work."""

    name: str
    timeline: Timeline
    mezzanines: tuple[MezzanineStep, ...]
    batches: tuple[Batch, ...]
    sound: SoundStep
    videos: tuple[VideoStep, ...]
    products: tuple[Product, ...]
    cues: dict[str, PlacedCues]
    findings: dict[str, tuple[Finding, ...]]

    def summary(self) -> dict[str, Any]:
        """The plan as plain values: printable, diffable."""
        return {
            "schema_version": 1,
            "job": self.name,
            "fps": str(self.timeline.fps),
            "frames": self.timeline.frame_count,
            "scenes": [asdict(scene) for scene in self.timeline.scenes],
            "cards": [asdict(card) for card in self.timeline.cards],
            "cues": {code: [asdict(cue) for cue in placed.cues] for code, placed in self.cues.items()},
            "batches": [
                {"format": b.canvas.format, "first_frame": b.chunk.first_frame, "frames": b.chunk.frame_count,
                 "clean": b.clean.key if b.clean else None,
                 "branches": {step.key: list(step.languages) for step in b.branches}}
                for b in self.batches
            ],
            "sound": self.sound.key,
            "videos": [{"key": v.key, "format": v.format, "language": v.language, "chunks": list(v.chunks)} for v in self.videos],
        }  # fmt: skip


def make_plan(order: Order, artist: Artist, store: Store, draft: bool = False) -> Plan:
    """Decide every step of a job. Raises InvalidInput where a text cannot be set."""
    timeline = lay_out(order.job, order.recipe, order.sources)
    cues = {
        code: place_cues(timeline, order.job, [f.cues for f in files], str(files[0].path))
        for code, files in order.scripts.items()
    }
    return _Planning(order, artist, store, timeline, cues, draft).plan()


class _Planning:
    def __init__(
        self, order: Order, artist: Artist, store: Store, timeline: Timeline, cues: dict[str, PlacedCues], draft: bool
    ) -> None:
        self.order, self.artist, self.store, self.timeline, self.cues = order, artist, store, timeline, cues
        self.draft = draft
        self.encoding = Encoding(timeline.fps, timeline.gop_frames, draft)
        self.areas = [picture_area(source, store) for source in order.sources]
        self.mezzanines = [self._mezzanine(number) for number in range(len(order.sources))]

    def plan(self) -> Plan:
        wanted: dict[str, dict[Variant, None]] = {}
        for audience in self.order.audiences:
            wanted.setdefault(audience.format, {})[self._variant(audience)] = None
        sound = self._sound()
        batches: list[Batch] = []
        videos: dict[tuple[str, Variant], VideoStep] = {}
        for frame, variants in wanted.items():
            canvas = self._canvas(frame)
            layers = {variant: self._layers(variant, frame) for variant in variants}
            made = [self._batch(canvas, chunk, layers) for chunk in self.timeline.chunks()]
            batches += [batch for batch, _ in made]
            for variant in variants:
                keys = tuple(by_variant[variant] for _, by_variant in made)
                key = key_of("video", {"chunks": keys, "sound": sound.key})
                videos[(frame, variant)] = VideoStep(
                    key, frame, variant.language, canvas, keys, self.timeline.frame_count, sound.key
                )
        self.artist.raise_faults()
        products = tuple(Product(a, videos[(a.format, self._variant(a))], self._still(a)) for a in self.order.audiences)
        unique = tuple({video.key: video for video in videos.values()}.values())
        mezzanines = tuple(m for m in self.mezzanines if m)
        canvases = {video.format: video.canvas for video in unique}
        findings = review_words(self.order, self.timeline, self.cues, canvases, self.artist)
        return Plan(
            self.order.name, self.timeline, mezzanines, tuple(batches), sound, unique, products, self.cues, findings
        )

    def _variant(self, audience: Audience) -> Variant:
        return Variant(audience.language, audience.burned and self.order.recipe.captions, audience.zone)

    def _layers(self, variant: Variant, frame: str) -> list[Layer]:
        cues = self.cues[variant.language].cues if variant.language in self.cues else ()
        return layers_of(variant, self._canvas(frame, variant.zone), self.order, self.timeline, cues, self.artist)

    def _canvas(self, frame: str, zone: tuple[int, int, int, int] | None = None) -> Canvas:
        if frame == "source":
            return Canvas.of_source(*self.order.sources[0].display_size)
        return Canvas.of_format(frame, self.draft, zone)

    def _mezzanine(self, number: int) -> MezzanineStep | None:
        source, clip, scene = self.order.sources[number], self.order.job.clips[number], self.timeline.scenes[number]
        if not source.why_conform:
            return None
        content = (source.digest, clip.start_s, scene.frame_count, self.timeline.fps, self.timeline.tempo[number])
        return MezzanineStep(key_of("mezzanine", content), source, *content[1:])

    def _read(self, chunk: Chunk) -> ReadRange:
        scene = self.timeline.scenes[chunk.scene]
        if scene.clip is None:
            return ReadRange(None, None, Fraction(0), Fraction(1), None)
        number, tempo = scene.clip, self.timeline.tempo[scene.clip]
        offset = Fraction(chunk.first_frame - scene.first_frame) / self.timeline.fps
        mezzanine = self.mezzanines[number]
        if mezzanine:
            return ReadRange(self.order.sources[number], mezzanine.key, offset, Fraction(1), None)
        start = self.order.job.clips[number].start_s + offset * tempo
        return ReadRange(self.order.sources[number], None, start, tempo, self.areas[number])

    def _framing(self, canvas: Canvas, scene: int) -> Framing:
        clip_number = self.timeline.scenes[scene].clip
        ground = self.artist.ground
        if clip_number is None:
            return Framing(canvas.width, canvas.height, "pad", (0.5, 0.5), ground)
        clip = self.order.job.clips[clip_number]
        own = {canvas.format: clip.fit} if isinstance(clip.fit, str) else clip.fit
        by_format: dict[str, Fit] = {}
        for source in (self.order.recipe.fit, self.order.job.fit, own):
            by_format.update((str(name), fit) for name, fit in source.items())
        fit = by_format.get(canvas.format, "crop")
        return Framing(canvas.width, canvas.height, fit, (clip.focus.x, clip.focus.y), ground)

    def _batch(
        self, canvas: Canvas, chunk: Chunk, layers: dict[Variant, list[Layer]]
    ) -> tuple[Batch, dict[Variant, str]]:
        read, framing = self._read(chunk), self._framing(canvas, chunk.scene)
        composition = {
            "source": read.mezzanine or (read.source.digest if read.source else None), "start_s": read.start_s,
            "tempo": read.tempo, "crop": read.crop, "matrix": read.source and read.source.assumed_matrix, "framing": framing,
            "frames": chunk.frame_count, "encoding": self.encoding,
        }  # fmt: skip
        by_layers: dict[str, tuple[tuple[Layered, ...], list[Variant]]] = {}
        for variant, shown in layers.items():
            inside = tuple(_within(chunk, shown))
            by_layers.setdefault(canonical([_identity(x) for x in inside]), (inside, []))[1].append(variant)
        clean = self._clean(composition, chunk, layers)
        branches: list[ChunkStep] = []
        keys: dict[Variant, str] = {}
        for inside, variants in by_layers.values():
            identity = [_identity(layer) for layer in inside]
            if clean and identity == [_identity(layer) for layer in clean.layers]:
                key = clean.key
            else:
                key = key_of("chunk", {**composition, "layers": identity, "statistics": clean.key if clean else None})
                branches.append(ChunkStep(key, inside, tuple(dict.fromkeys(v.language for v in variants))))
            keys |= dict.fromkeys(variants, key)
        return Batch(chunk, canvas, read, framing, self.encoding, clean, tuple(branches)), keys

    def _clean(self, composition: dict[str, Any], chunk: Chunk, layers: dict[Variant, list[Layer]]) -> ChunkStep | None:
        """The branch without words, branded for the job's first language; None where every language is its own picture."""
        if composition["source"] is None or self.draft:
            return None
        first = next(iter(layers.values()))
        inside = tuple(_within(chunk, [item for item in first if item[0].what == "bug"]))
        key = key_of("chunk", {**composition, "layers": [_identity(x) for x in inside], "statistics": "written"})
        return ChunkStep(key, inside, ())

    def _sound(self) -> SoundStep:
        treatment = self.order.recipe.sound
        fps = self.timeline.fps
        parts: list[tuple[Source | None, Fraction, Fraction, int]] = []
        for scene in self.timeline.scenes:
            samples = sample_at(scene.end_frame, fps, RATE_HZ) - sample_at(scene.first_frame, fps, RATE_HZ)
            heard = (
                scene.clip is not None and treatment.treatment != "silent" and self.order.sources[scene.clip].has_sound
            )
            if heard and scene.clip is not None:
                source = self.order.sources[scene.clip]
                parts.append(
                    (source, self.order.job.clips[scene.clip].start_s, self.timeline.tempo[scene.clip], samples)
                )
            else:
                parts.append((None, Fraction(0), Fraction(1), samples))
        samples = sample_at(self.timeline.frame_count, fps, RATE_HZ)
        loudness = (treatment.loudness_lufs, treatment.true_peak_dbtp) if treatment.treatment == "mix" else None
        content = [(source.digest if source else None, *rest) for source, *rest in parts]
        return SoundStep(
            key_of("sound", {"parts": content, "samples": samples, "loudness": loudness}),
            tuple(parts),
            samples,
            loudness,
        )

    def _still(self, audience: Audience) -> Drawn | None:
        if not self.order.recipe.still:
            return None
        profile = self.order.languages[audience.language]
        canvas = self._canvas(audience.format, audience.zone)
        return self.artist.card("notice", "", self.order.job, audience.language, profile, canvas)


def _within(chunk: Chunk, shown: Iterable[Layer]) -> Iterable[Layered]:
    for item, drawn in shown:
        first = max(item.first_frame - chunk.first_frame, 0)
        end = min(item.end_frame - chunk.first_frame, chunk.frame_count)
        if first < end:
            yield Layered(drawn, first, end)


def _identity(layer: Layered) -> tuple[str, int, int]:
    return (layer.drawn.key, layer.first, layer.end)
