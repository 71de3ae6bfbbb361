"""The plan: every step that a job needs, each under the hash of all that goes into it. Making a plan renders nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.artist import Artist, Canvas, Drawn
from portevoix.authoring.job import Fit
from portevoix.captions.rules import Finding
from portevoix.errors import invalid
from portevoix.framing.follow import camera_path
from portevoix.framing.path import CameraPath, window_of, x_expression, y_expression
from portevoix.framing.pictures import Stretch
from portevoix.layers import DRAWN_AT_ONCE, Layer, Variant, layers_of
from portevoix.laying import lay_out
from portevoix.order import Audience, Order
from portevoix.render.compose import Aside, Camera, Framing, Way
from portevoix.render.encoding import Encoding
from portevoix.render.photo_move import Move, choose_move, longest_side_px
from portevoix.render.sound import RATE_HZ
from portevoix.review import review_words
from portevoix.sources.bars import picture_area
from portevoix.sources.photo import prepare_photo
from portevoix.sources.probe import SoundFile, Source
from portevoix.store import Store
from portevoix.timeline import Chunk, Picture, PlacedCues, Scene, Timeline, place_cues
from portevoix.timing import nearest, sample_at

VERSIONS = {"mezzanine": 1, "chunk": 5, "sound": 3, "video": 1, "still": 1}  # raise one when its maker changes


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
    """The stretch of a source or the photo that a chunk shows. Neither: the brand's ground.

    `mezzanine`: key of the conformed copy, where one is needed. `photo`: key of the prepared photo, `photo_size` its pixels, of
    whose `move` this stretch begins with the frame `first`.
    """

    source: Source | None
    mezzanine: str | None
    start_s: Fraction  # from the first picture of the source, or of the mezzanine
    tempo: Fraction
    crop: tuple[int, int, int, int] | None
    photo: str | None = None
    photo_size: tuple[int, int] = (0, 0)
    move: Move | None = None
    first: int = 0

    @property
    def identity(self) -> dict[str, Any] | None:
        """What of it goes into a step's key; None for the ground."""
        if self.photo:
            return {"photo": self.photo, "move": self.move, "first": self.first}
        if self.source is None:
            return None
        return {
            "source": self.mezzanine or self.source.digest, "start_s": self.start_s, "tempo": self.tempo, "crop": self.crop,
            "matrix": self.source.assumed_matrix,
        }  # fmt: skip


TEXTLESS = Variant("", False)
NOTHING = ReadRange(None, None, Fraction(0), Fraction(1), None)


@dataclass(frozen=True)
class View:
    """A picture in a frame."""

    read: ReadRange
    framing: Framing


@dataclass(frozen=True)
class Batch:
    """The steps of one chunk and format: they share a composition. `clean` None: each is encoded by itself.

    `into`: the picture that the first one goes over into, by its `way`.
    """

    chunk: Chunk
    canvas: Canvas
    view: View
    into: View | None
    way: Way | None
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
class SoundPart:
    """A scene's sound: from `start_s` after the source's first picture; silence without a source."""

    samples: int
    source: Source | None = None
    start_s: Fraction = Fraction(0)
    tempo: Fraction = Fraction(1)
    clean_hum: bool = False


@dataclass(frozen=True)
class LaidIn:
    """A sound file laid into the programme from sample `first` on, read from second `start_s` of it."""

    file: SoundFile
    first: int
    start_s: Fraction = Fraction(0)


@dataclass(frozen=True)
class SoundStep:
    """A programme's whole sound, for `languages`. `bed`: how far the music lies below the voices, in LU, and its ducking in dB."""

    key: str
    parts: tuple[SoundPart, ...]
    samples: int
    loudness: tuple[float, float] | None
    languages: tuple[str, ...]
    music: LaidIn | None = None
    bed: tuple[float, float] = (0.0, 0.0)
    voice_over: LaidIn | None = None

    @property
    def made_from(self) -> set[str]:
        """The digests of all files that are heard."""
        laid = {one.file.digest for one in (self.music, self.voice_over) if one}
        return laid | {part.source.digest for part in self.parts if part.source}


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
    sounds: tuple[SoundStep, ...]
    videos: tuple[VideoStep, ...]
    products: tuple[Product, ...]
    cues: dict[str, PlacedCues]
    findings: dict[str, tuple[Finding, ...]]
    masters: tuple[VideoStep, ...] = ()  # among `videos`: pictures without words or logo

    def sound_of(self, video: VideoStep) -> SoundStep:
        """The sound that a video is joined with."""
        return next(sound for sound in self.sounds if sound.key == video.sound)

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
            "sounds": {sound.key: list(sound.languages) for sound in self.sounds},
            "videos": [{"key": v.key, "format": v.format, "language": v.language, "chunks": list(v.chunks)} for v in self.videos],
        }  # fmt: skip


def make_plan(order: Order, artist: Artist, store: Store, draft: bool = False) -> Plan:
    """Decide every step of a job. Raises InvalidInput where a text cannot be set, or its poster lies after its end."""
    timeline = lay_out(order.job, order.recipe, order.sources, order.languages)
    if isinstance(order.job.poster, Fraction) and order.job.poster * timeline.fps >= timeline.frame_count:
        raise invalid(
            order.name,
            f"`poster` is {float(order.job.poster):g} s, but the programme lasts "
            f"{float(timeline.frame_count / timeline.fps):.2f} s; name an earlier time",
        )
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
        if self.order.job.masters:
            for variants in wanted.values():
                variants[TEXTLESS] = None  # last: the clean branch is branded for the first
        sounds = self._sounds()
        batches: list[Batch] = []
        videos: dict[tuple[str, Variant], VideoStep] = {}
        for frame, variants in wanted.items():
            canvas = self._canvas(frame)
            with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
                drawn = pool.map(lambda variant, frame=frame: self._layers(variant, frame), variants)
                layers = dict(zip(variants, drawn, strict=True))
            made = [self._batch(canvas, chunk, layers) for chunk in self.timeline.chunks()]
            batches += [batch for batch, _ in made]
            for variant in variants:
                keys = tuple(by_variant[variant] for _, by_variant in made)
                own = (sound.key for sound in sounds if variant.language in sound.languages)
                sound = next(own, sounds[0].key)  # a master has the sound of the job's first language
                key = key_of("video", {"chunks": keys, "sound": sound})
                videos[(frame, variant)] = VideoStep(
                    key, frame, variant.language or None, canvas, keys, self.timeline.frame_count, sound
                )
        self.artist.raise_faults()
        products = tuple(Product(a, videos[(a.format, self._variant(a))], self._still(a)) for a in self.order.audiences)
        unique = tuple({video.key: video for video in videos.values()}.values())
        mezzanines = tuple(m for m in self.mezzanines if m)
        canvases = {video.format: video.canvas for video in unique}
        findings = review_words(self.order, self.timeline, self.cues, canvases, self.artist)
        return Plan(
            self.order.name, self.timeline, mezzanines, tuple(batches), sounds, unique, products, self.cues, findings,
            tuple(video for (_, variant), video in videos.items() if variant == TEXTLESS),
        )  # fmt: skip

    def _variant(self, audience: Audience) -> Variant:
        return Variant(audience.language, audience.burned and self.order.recipe.captions, audience.zone)

    def _layers(self, variant: Variant, frame: str) -> list[Layer]:
        if variant == TEXTLESS:
            return []
        cues = self.cues[variant.language].cues if variant.language in self.cues else ()
        return layers_of(variant, self._canvas(frame, variant.zone), self.order, self.timeline, cues, self.artist)

    def _canvas(self, frame: str, zone: tuple[int, int, int, int] | None = None) -> Canvas:
        if frame == "source":
            return Canvas.of_source(*self.order.sources[0].display_size)
        return Canvas.of_format(frame, self.draft, zone)

    def _mezzanine(self, number: int) -> MezzanineStep | None:
        source, clip, span = self.order.sources[number], self.order.job.clips[number], self.timeline.clips[number]
        if not source.why_conform:
            return None
        content = (source.digest, clip.start_s, span.frame_count, self.timeline.fps, self.timeline.tempo[number])
        return MezzanineStep(key_of("mezzanine", content), source, *content[1:])

    def _view(self, canvas: Canvas, picture: Picture, ahead: int, frame_count: int) -> View:
        """`frame_count` frames of the picture, from `ahead` after the scene's first."""
        if picture.kind == "ground":
            return View(NOTHING, Framing(canvas.width, canvas.height, "pad", (0.5, 0.5), self.artist.ground))
        if picture.kind == "photo":
            return self._photo(canvas, picture, ahead)
        number, tempo = picture.number, self.timeline.tempo[picture.number]
        offset = Fraction(picture.offset + ahead) / self.timeline.fps
        mezzanine, source = self.mezzanines[number], self.order.sources[number]
        clip = self.order.job.clips[number]
        if mezzanine:
            read = ReadRange(source, mezzanine.key, offset, Fraction(1), None)
        else:
            read = ReadRange(source, None, clip.start_s + offset * tempo, tempo, self.areas[number])
        own = {canvas.format: clip.fit} if isinstance(clip.fit, str) else clip.fit
        by_format: dict[str, Fit] = {}
        for given in (self.order.recipe.fit, self.order.job.fit, own):
            by_format.update((str(name), fit) for name, fit in given.items())
        fit = by_format.get(canvas.format, "crop")
        camera = None
        if fit == "follow":
            camera = self._camera(canvas, number, clip.start_s + offset * tempo, frame_count)
            fit = "follow" if camera else "crop"
        focus = (clip.focus.x, clip.focus.y)
        return View(read, Framing(canvas.width, canvas.height, fit, focus, self.artist.ground, camera))

    def _camera(self, canvas: Canvas, number: int, first_s: Fraction, frame_count: int) -> Camera | None:
        """The camera of a chunk that begins at `first_s` of the clip; None where its author holds it at a point."""
        clip, source = self.order.job.clips[number], self.order.sources[number]
        stretch = Stretch(source, clip.start_s, clip.end_s or source.duration_s, self.areas[number])
        if number not in self.order.paths and "focus" in clip.model_fields_set:
            return None
        if self.mezzanines[number]:  # the path is found on the picture as it is stored, which the mezzanine is not
            return None
        path: CameraPath = self.order.paths.get(number) or camera_path(stretch, self.store)
        path = path.within(window_of(stretch.size, (canvas.width, canvas.height)))
        chunk = first_s, self.timeline.fps / self.timeline.tempo[number], frame_count
        otherwise = {"nobody": self.order.recipe.follow.nobody, "apart": self.order.recipe.follow.apart}
        asides = tuple(
            Aside(first, end, otherwise[shot.verdict], shot.people)
            for first, end, shot in path.stretches(*chunk)
            if otherwise.get(shot.verdict, "crop") != "crop"
        )
        return Camera(x_expression(path, *chunk), y_expression(path, *chunk), asides)

    def _way(self, scene: Scene) -> Way:
        """One picture's way into the next; a wipe goes as the job's first language is read, for all of them."""
        first = next(iter(self.order.languages.values()))
        return Way(scene.how, scene.frame_count, first.direction == "rtl", self.artist.ground)

    def _photo(self, canvas: Canvas, picture: Picture, ahead: int) -> View:
        point = [point for point in self.order.job.points if point.picture][picture.number]
        photo, focus = self.order.photos[picture.number], (point.focus.x, point.focus.y)
        size, frame = (photo.width, photo.height), (canvas.width, canvas.height)
        move = choose_move(size, frame, focus, picture.total, self.timeline.fps, picture.number)
        key = prepare_photo(photo, longest_side_px(move, size, frame), self.artist.ground, self.store)
        facts = self.store.facts(key)
        read = ReadRange(
            None, None, Fraction(0), Fraction(1), None,
            key, (facts["width"], facts["height"]), move, picture.offset + ahead,
        )  # fmt: skip
        return View(read, Framing(canvas.width, canvas.height, "crop", focus, self.artist.ground))

    def _batch(
        self, canvas: Canvas, chunk: Chunk, layers: dict[Variant, list[Layer]]
    ) -> tuple[Batch, dict[Variant, str]]:
        scene = self.timeline.scenes[chunk.scene]
        ahead = chunk.first_frame - scene.first_frame
        view = self._view(canvas, scene.picture, ahead, chunk.frame_count)
        into = self._view(canvas, scene.into, ahead, chunk.frame_count) if scene.into else None
        way = self._way(scene) if into else None
        composition: dict[str, Any] = {
            "picture": view.read.identity, "framing": view.framing, "frames": chunk.frame_count, "encoding": self.encoding,
        }  # fmt: skip
        if into:
            composition |= {"into": into.read.identity, "into framing": into.framing, "way": way}
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
                branches.append(
                    ChunkStep(key, inside, tuple(dict.fromkeys(v.language for v in variants if v.language)))
                )
            keys |= dict.fromkeys(variants, key)
        return Batch(chunk, canvas, view, into, way, self.encoding, clean, tuple(branches)), keys

    def _clean(self, composition: dict[str, Any], chunk: Chunk, layers: dict[Variant, list[Layer]]) -> ChunkStep | None:
        """The branch without words, branded for the job's first language; None where every language is its own picture."""
        if composition["picture"] is None or self.draft:
            return None
        first = next(iter(layers.values()))
        inside = tuple(_within(chunk, [item for item in first if item[0].what == "bug"]))
        key = key_of("chunk", {**composition, "layers": [_identity(x) for x in inside], "statistics": "written"})
        return ChunkStep(key, inside, ())

    def _sounds(self) -> tuple[SoundStep, ...]:
        """One sound for all languages that have no voice-over of their own, one for each that has."""
        by_voice: dict[LaidIn | None, list[str]] = {}
        for code in dict.fromkeys(audience.language for audience in self.order.audiences):
            by_voice.setdefault(self._voice_over(code), []).append(code)
        return tuple(self._sound(voice, tuple(codes)) for voice, codes in by_voice.items())

    def _sound(self, voice_over: LaidIn | None, languages: tuple[str, ...]) -> SoundStep:
        treatment, fps, job = self.order.recipe.sound, self.timeline.fps, self.order.job
        parts = []
        for first, end, clip, offset in self._heard():
            samples = sample_at(end, fps, RATE_HZ) - sample_at(first, fps, RATE_HZ)
            source = self.order.sources[clip] if clip is not None and treatment.treatment != "silent" else None
            if source and source.has_sound and clip is not None:
                tempo = self.timeline.tempo[clip]
                start_s = job.clips[clip].start_s + Fraction(offset) / fps * tempo
                parts.append(SoundPart(samples, source, start_s, tempo, job.clips[clip].clean == "hum"))
            else:
                parts.append(SoundPart(samples))
        samples = sample_at(self.timeline.frame_count, fps, RATE_HZ)
        loudness = (treatment.loudness_lufs, treatment.true_peak_dbtp) if treatment.treatment == "mix" else None
        music = (
            LaidIn(self.order.music, _sample(job.music.at_s), job.music.start_s)
            if self.order.music and job.music
            else None
        )
        bed = (job.music.below_lu, job.music.duck_db) if job.music else (0.0, 0.0)
        content = {
            "parts": [(p.source and p.source.digest, p.start_s, p.tempo, p.samples, p.clean_hum) for p in parts],
            "samples": samples, "loudness": loudness, "bed": bed,
            "laid in": [one and (one.file.digest, one.first, one.start_s) for one in (music, voice_over)],
        }  # fmt: skip
        return SoundStep(key_of("sound", content), tuple(parts), samples, loudness, languages, music, bed, voice_over)

    def _voice_over(self, language: str) -> LaidIn | None:
        file = self.order.voice_overs.get(language)
        return LaidIn(file, _sample(self.order.job.voice_over[language].at_s)) if file else None

    def _heard(self) -> list[tuple[int, int, int | None, int]]:
        """Stretches of the programme: first frame, end, the clip that is heard, and its frame there.

        Where one picture goes over into the next, the sound changes in the middle.
        """
        found: list[tuple[int, int, int | None, int]] = []
        for scene in self.timeline.scenes:
            middle = scene.first_frame + scene.frame_count // 2 if scene.into else scene.end_frame
            for first, end, picture in (
                (scene.first_frame, middle, scene.picture),
                (middle, scene.end_frame, scene.into),
            ):
                if first == end or picture is None:
                    continue
                clip = picture.number if picture.kind == "clip" else None
                offset = picture.offset + first - scene.first_frame
                if found and found[-1][2] == clip and (clip is None or offset == found[-1][3] + first - found[-1][0]):
                    found[-1] = (found[-1][0], end, clip, found[-1][3])
                else:
                    found.append((first, end, clip, offset))
        return found

    def _still(self, audience: Audience) -> Drawn | None:
        if not self.order.recipe.still:
            return None
        profile = self.order.languages[audience.language]
        canvas = self._canvas(audience.format, audience.zone)
        return self.artist.card(self.order.recipe.still, "", self.order.job, audience.language, profile, canvas)


def _sample(seconds: Fraction) -> int:
    return nearest(seconds * RATE_HZ)


def _within(chunk: Chunk, shown: Iterable[Layer]) -> Iterable[Layered]:
    for item, drawn in shown:
        first = max(item.first_frame - chunk.first_frame, 0)
        end = min(item.end_frame - chunk.first_frame, chunk.frame_count)
        if first < end:
            yield Layered(drawn, first, end)


def _identity(layer: Layered) -> tuple[str, int, int]:
    return (layer.drawn.key, layer.first, layer.end)
