"""A job accepted: its file, clips and scripts read, every mistake in any of them listed at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from portevoix.authoring.document import Document, read_document, validate
from portevoix.authoring.job import Bed, Clip, Cutaway, Job, Place
from portevoix.authoring.kit import kit_file, load_kit
from portevoix.authoring.language import Language, reading_seconds
from portevoix.authoring.recipe import Recipe
from portevoix.captions.cue import CaptionFile
from portevoix.captions.read import read_captions
from portevoix.errors import Fault, InvalidInput
from portevoix.framing.file import read_path
from portevoix.framing.path import CameraPath
from portevoix.library import Library
from portevoix.sources.photo import Photo, look_at_photo
from portevoix.sources.probe import SoundFile, Source, UnusableSource, probe, probe_sound

Known = TypeVar("Known")
PICTURES = {"clips": "clips", "points": "points", "picture": "picture"}  # what a scene shows, by the job's key for it
FORMATS_WITHOUT_A_WORD = ("wide", "square", "story")
ANSWERED_AFTER_S = Fraction(21, 10)  # from a claim to its answer: time to read it, and to see it struck
# What a job may give beside its audiences and its way of being made; a recipe says which of these it uses.
INPUTS = (
    "clips", "scripts", "title", "kicker", "text", "speakers", "headline", "quote", "quoted", "points", "picture", "details",
    "claims", "source", "credit", "glossary",
)  # fmt: skip


@dataclass(frozen=True)
class Audience:
    """One delivery's receiver: an account's placement, or (both None) just a format and a language."""

    language: str
    format: str
    burned: bool
    account: str | None = None
    placement: str | None = None
    prefix: str = ""
    zone: tuple[int, int, int, int] | None = None  # margins that the account asks for; None: those of the format
    shortest_s: float | None = None  # what its placement takes of a video
    longest_s: float | None = None


@dataclass(frozen=True)
class Order:
    """Everything that a job consists of, read and found sound."""

    name: str
    folder: Path
    job: Job
    recipe: Recipe
    kit: str
    sources: list[Source]  # of `shots`
    photos: list[Photo]  # of the job's photographs, in their order
    scripts: dict[str, list[CaptionFile]]  # by language, one for each clip
    audiences: tuple[Audience, ...]
    languages: dict[str, Language]
    notes: tuple[str, ...]
    music: SoundFile | None = None
    voice_overs: dict[str, SoundFile] = field(default_factory=dict)
    paths: dict[int, CameraPath] = field(default_factory=dict)  # by clip: where its author says that the camera looks
    everybody: tuple[Audience, ...] = ()  # all that the job names, of whom `audiences` may be a selection
    bed: Bed | None = None  # how the music lies under the programme
    stings: dict[str, int] = field(default_factory=dict)  # the kit's, by their kind: which of `sources` they are

    @property
    def shots(self) -> list[Clip]:
        """Every stretch of footage: the job's clips, what is seen beside or instead of them, the kit's stings."""
        own = list(self.job.shots().values())
        return [*own, *(Clip(file=source.path) for source in self.sources[len(own) :])]

    def script_file(self, language: str) -> str:
        """The name of a language's script, for messages."""
        return str(self.scripts[language][0].path) if language in self.scripts else language

    @property
    def glossary(self) -> list[dict[str, str]]:
        """The job's names, by the profiles' own codes."""
        codes = {code: language.code for code, language in self.languages.items()}
        return [{codes.get(code, code): name for code, name in names.items()} for names in self.job.glossary]


def accept(path: Path, library: Library) -> Order:
    """Read a job and all that it names. Raises InvalidInput with every fault of every file."""
    document = read_document(path)
    job = validate(Job, document)
    return _Reading(path, document, job, library).order()


@dataclass(frozen=True)
class _OfKit:
    """What of the brand kit is seen and heard as it is."""

    stings: dict[str, Source] = field(default_factory=dict)
    music: SoundFile | None = None


@dataclass(frozen=True)
class Filmed:
    """A clip of a job (`number` from 1), its source, and the file of its camera path, as the job names it in `shown_as`."""

    number: int
    clip: Clip
    source: Source
    file: Path
    shown_as: Path


def filmed(path: Path, library: Library) -> tuple[Filmed, ...]:
    """A job's clips, whatever else the job still lacks. Raises InvalidInput with every fault of theirs.

    A clip that names no `path` has it beside its own file: `minister.path.yaml`, or `minister-2.path.yaml` where another
    clip is of the same file.
    """
    document = read_document(path)
    return _Reading(path, document, validate(Job, document), library).filmed()


class _Reading:
    """Collects the faults of one job while its parts are read."""

    def __init__(self, path: Path, document: Document, job: Job, library: Library) -> None:
        self.folder = path.parent
        self.name = path.resolve().parent.name if path.stem == "job" else path.stem
        self.document, self.job, self.library = document, job, library
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.paths: dict[int, CameraPath] = {}

    def order(self) -> Order:
        recipe = self._known("recipe", self.job.recipe, self.library.recipes, ("recipe",))
        audiences = self._audiences(recipe)
        languages = self._languages(audiences)
        found = self._sources()
        for number, place in enumerate(found):
            self._path(number, place, found[place])
        sources = list(found.values())
        self._noted(recipe, audiences, sources)
        photos = self._photos()
        scripts = self._scripts(recipe, audiences) if recipe and recipe.captions else {}
        kit = self._kit()
        music, voice_overs = self._laid_in(recipe, languages)
        bed, stings, of_kit = self.job.music, {}, self._of_kit(recipe, kit) if recipe else _OfKit()
        if of_kit.music and not bed:
            bed, music = Bed(file=of_kit.music.path), of_kit.music
        for kind, source in of_kit.stings.items():
            stings[kind] = len(sources)
            sources.append(source)
        if recipe:
            self._inputs(recipe)
            self._words(recipe, languages)
        if self.faults or recipe is None:
            raise InvalidInput(self.faults)
        return Order(
            self.name, self.folder, self.job, recipe, kit, sources, photos, scripts, audiences, languages,
            tuple(self.notes), music, voice_overs, self.paths, audiences, bed, stings,
        )  # fmt: skip

    def _fault(self, place: Sequence[str | int], message: str) -> None:
        self.faults.append(self.document.fault(place, message))

    def _known(self, kind: str, name: str, known: dict[str, Known], place: Sequence[str | int]) -> Known | None:
        if name not in known:
            self._fault(place, f"{kind} {name!r} is not known; {_nearest(name, known)}")
        return known.get(name)

    def _kit(self) -> str:
        kits = {a: self.library.accounts[a].kit for a in self.job.accounts if a in self.library.accounts}
        if not self.job.kit and len(set(kits.values())) > 1:
            told = ", ".join(f"{account} {kit}" for account, kit in kits.items())
            self._fault(
                ("accounts",), f"accounts of different brand kits ({told}); name one as `kit`, or write a job for each"
            )
        named = self.job.kit or next(iter(kits.values()), None)
        kit = named or self.library.kits[0]
        if kit not in self.library.kits:
            self._fault(("kit",), f"brand kit {kit!r} is not in brand/; {_nearest(kit, self.library.kits)}")
        return kit

    def _audiences(self, recipe: Recipe | None) -> tuple[Audience, ...]:
        if recipe is None:
            return ()
        if not self.job.accounts:
            formats = ("source",) if recipe.frame == "source" else self.job.formats or FORMATS_WITHOUT_A_WORD
            burned = self.job.captions != "beside"
            return tuple(Audience(language, frame, burned) for language in self.job.languages for frame in formats)
        found = []
        for number, name in enumerate(self.job.accounts):
            account = self._known("account", name, self.library.accounts, ("accounts", number))
            if account is None:
                continue
            for placement in account.placements:
                rules = self.library.placements[placement]
                beside = (self.job.captions or account.captions or rules.captions) == "beside"
                frame = "source" if recipe.frame == "source" else account.formats.get(placement, rules.formats[0])
                asked = rules.safe_zone_strict if account.safe_zone == "strict" else None
                zone = (asked.left, asked.top, asked.right, asked.bottom) if asked and frame == "story" else None
                least, most = rules.video.min_duration_s, rules.video.max_duration_s
                found.append(
                    Audience(account.language, frame, not beside, name, placement, account.prefix, zone, least, most)
                )
        return tuple(found)

    def _languages(self, audiences: tuple[Audience, ...]) -> dict[str, Language]:
        found = {}
        for code in dict.fromkeys(a.language for a in audiences):
            language = self.library.language(code)
            if language is None:
                place = ("languages", self.job.languages.index(code)) if code in self.job.languages else ("accounts",)
                self._fault(place, f"language {code!r} is not known; {_nearest(code, self.library.languages)}")
            else:
                found[code] = language
        return found

    def _inside(self, file: Path, place: Sequence[str | int]) -> Path | None:
        """The file's full path, or None (and a fault) where it leads out of the job's folder, also through a link."""
        root = self.folder.resolve()
        path = (root / file).resolve()
        if file.is_absolute() or not path.is_relative_to(root):
            self._fault(place, f"{str(file)!r} leads out of the job's folder; copy the file into it")
            return None
        return path

    def _inputs(self, recipe: Recipe) -> None:
        """What the recipe needs is there, and nothing is that it has no use for."""
        for key in INPUTS:
            given = bool(getattr(self.job, key))
            if given and key not in recipe.inputs:
                used = ", ".join(recipe.inputs)
                self._fault((key,), f"recipe {recipe.name!r} has no use for `{key}` (it uses {used}); remove it")
            elif not given and recipe.inputs.get(key) == "needed" and not (key == "scripts" and self._own_scripts()):
                self._fault((), f"names no `{key}`; recipe {recipe.name!r} needs it")

        shown = [key for show, key in PICTURES.items() if recipe.shows(show)]
        if (
            shown
            and not any(getattr(self.job, key) for key in shown)
            and not any(recipe.inputs.get(k) == "needed" for k in shown)
        ):
            self._fault(
                (),
                f"names neither {' nor '.join(f'`{key}`' for key in shown)}; recipe {recipe.name!r} needs one of them",
            )
        for number, clip in enumerate(self.job.clips):
            if clip.title and not recipe.titles:
                self._fault(("clips", number, "title"), f"recipe {recipe.name!r} shows no titles of clips; remove it")

    def _of_kit(self, recipe: Recipe, kit: str) -> _OfKit:
        """The kit's stings and music that the recipe asks for, where the kit has them."""
        kinds = [scene.sting for scene in recipe.scenes if scene.sting]
        if kit not in self.library.kits or not (kinds or recipe.music == "kit"):
            return _OfKit()
        folder = self.library.root / "brand" / kit
        try:
            loaded, _ = load_kit(folder)
            stings = {kind: kit_file(folder, file) for kind in kinds if (file := getattr(loaded.stings, kind, None))}
            music = kit_file(folder, loaded.music) if recipe.music == "kit" and loaded.music else None
            return _OfKit({kind: probe(path) for kind, path in stings.items()}, probe_sound(music) if music else None)
        except InvalidInput as error:
            self.faults += error.faults
        except UnusableSource as error:
            self._fault(("kit",), f"a sting or the music of brand kit {kit!r} {error}")
        return _OfKit()

    def _own_scripts(self) -> bool:
        return any(clip.scripts for clip in self.job.clips)

    def _photos(self) -> list[Photo]:
        found = []
        for place, photograph in self.job.photographs().items():
            path = self._inside(photograph.file, place)
            if path is None:
                continue
            try:
                found.append(look_at_photo(path))
            except UnusableSource as error:
                self._fault(place, f"{photograph.file} {error}")
        return found

    def filmed(self) -> tuple[Filmed, ...]:
        sources = self._sources()
        found: list[Filmed] = []
        files = [clip.file for clip in self.job.clips]
        for number, clip in enumerate(self.job.clips):
            ending = ".path.yaml" if files.count(clip.file) == 1 else f"-{number + 1}.path.yaml"
            shown_as = clip.path or clip.file.with_name(clip.file.stem + ending)
            place = ("clips", number, "path" if clip.path else "file")
            file = self._inside(shown_as, place)
            if other := next((one for one in found if one.file == file), None):
                self._fault(place, f"path: clip {other.number} has {shown_as} too; give each clip a file of its own")
            if file and (source := sources.get(("clips", number))):
                found.append(Filmed(number + 1, clip, source, file, shown_as))
        if self.faults:
            raise InvalidInput(self.faults)
        return tuple(found)

    def _sources(self) -> dict[Place, Source]:
        """By shot: those that can be used."""
        found: dict[Place, Source] = {}
        for of_clip, clip in self.job.shots().items():
            place = (*of_clip, "file")
            path = self._inside(clip.file, place)
            if path is None:
                continue
            try:
                source = probe(path)
            except UnusableSource as error:
                self._fault(place, f"{clip.file} {error}")
                continue
            if clip.start_s >= source.duration_s:
                self._fault(
                    (*of_clip, "from"),
                    f"`from` is {float(clip.start_s):g} s, but {clip.file} is {float(source.duration_s):.2f} s long",
                )
            elif clip.end_s is not None and clip.end_s > source.duration_s + 1 / source.fps:
                self._fault(
                    (*of_clip, "to"),
                    f"`to` is {float(clip.end_s):g} s, but {clip.file} is {float(source.duration_s):.2f} s long",
                )
            if clip.speaker and clip.speaker not in self.job.speakers:
                self._fault(
                    (*of_clip, "speaker"),
                    f"speaker {clip.speaker!r} is not among `speakers`; {_nearest(clip.speaker, self.job.speakers)}",
                )
            if source.matrix is None:
                self.notes.append(f"{clip.file}: carries no colour tags; read as {source.assumed_matrix}")
            if source.why_conform:
                self.notes.append(f"{clip.file}: {', '.join(source.why_conform)}; brought into shape first")
            found[of_clip] = source
            self._seen_long_enough(of_clip, clip, found)
        return found

    def _seen_long_enough(self, place: Place, clip: Clip, found: dict[Place, Source]) -> None:
        """A cutaway lies within its clip; what is seen beside or instead of a clip lasts as long as it is seen."""
        source = found[place]
        if len(place) == 2:  # a clip itself
            end_s = clip.end_s or source.duration_s
            for number, cutaway in enumerate(clip.cutaways):
                if cutaway.at_s < clip.start_s or cutaway.until_s > end_s + 1 / source.fps:
                    self._fault(
                        (*place, "cutaways", number, "at"),
                        f"the cutaway from {float(cutaway.at_s):g} to {float(cutaway.until_s):g} s lies outside the part of "
                        f"{clip.file} that is used, {float(clip.start_s):g} to {float(end_s):g} s",
                    )
            return
        seen, of_clip = self.job.others()[place], place[:2]
        over = self.job.clips[int(place[1])]
        if isinstance(seen, Cutaway):
            wanted = seen.until_s - seen.at_s
        elif of_clip in found:
            wanted = (over.end_s or found[of_clip].duration_s) - over.start_s
        else:
            return  # the clip itself is at fault, which is told
        if wanted > source.duration_s - seen.start_s + 1 / source.fps:
            self._fault(
                (*place, "file"),
                f"{seen.file} has {float(source.duration_s - seen.start_s):.2f} s from its `from` on, but is seen for "
                f"{float(wanted):.2f} s; begin earlier or show it for less",
            )

    def _noted(self, recipe: Recipe | None, audiences: tuple[Audience, ...], sources: list[Source]) -> None:
        """What an author may not have expected of a clip, and what was done about it."""
        for source in dict.fromkeys(sources):
            name = source.path.relative_to(self.folder.resolve()).as_posix()
            if source.upright and any(audience.format == "wide" for audience in audiences):
                self.notes.append(f"{name}: is upright; in wide it stands before a blurred ground, or as `fit` says")
            if not source.has_sound and recipe and recipe.sound.treatment == "mix":
                self.notes.append(f"{name}: has no sound; the programme is silent there")

    def _path(self, number: int, place: Place, source: Source) -> None:
        clip = self.job.shots()[place]
        file = clip.path and self._inside(clip.path, (*place, "path"))
        if not (clip.path and file):
            return
        try:
            self.paths[number] = read_path(file, source, clip.path)
        except InvalidInput as error:
            self.faults += error.faults

    def _laid_in(
        self, recipe: Recipe | None, languages: dict[str, Language]
    ) -> tuple[SoundFile | None, dict[str, SoundFile]]:
        """The music and, by language, what is spoken over."""
        for key, given in (("music", self.job.music), ("voice_over", self.job.voice_over)):
            if given and recipe and recipe.sound.treatment != "mix":
                self._fault(
                    (key,), f"recipe {recipe.name!r} mixes no sound (`{recipe.sound.treatment}`); remove `{key}` or choose another recipe"
                )  # fmt: skip
        for code in self.job.voice_over:
            if code not in languages:
                self._fault(("voice_over", code), f"nothing is made in language {code!r}; {_nearest(code, languages)}")
        music = self._sound(self.job.music.file, ("music",)) if self.job.music else None
        spoken = {code: self._sound(one.file, ("voice_over", code)) for code, one in self.job.voice_over.items()}
        return music, {code: file for code, file in spoken.items() if file}

    def _sound(self, file: Path, place: Sequence[str | int]) -> SoundFile | None:
        path = self._inside(file, place)
        try:
            return probe_sound(path) if path else None
        except UnusableSource as error:
            self._fault(place, f"{file} {error}")
            return None

    def _scripts(self, recipe: Recipe, audiences: tuple[Audience, ...]) -> dict[str, list[CaptionFile]]:
        found: dict[str, list[CaptionFile]] = {}
        several = len(self.job.clips) > 1 and self.job.cue_times == "clip"
        for code in dict.fromkeys(a.language for a in audiences):
            places = [
                (("clips", number, "scripts"), clip.scripts)
                if clip.scripts or several
                else (("scripts",), self.job.scripts)
                for number, clip in enumerate(self.job.clips)
            ]
            if self.job.cue_times == "programme":
                places = places[:1]
            for place, scripts in places:
                if code not in scripts:
                    where = "a script" if not several else "a script of its own for each clip"
                    self._fault(
                        place,
                        f"language {code!r} has no script; give {where} ({', '.join(scripts) or 'none yet'} given)",
                    )
                    continue
                path = self._inside(Path(scripts[code]), (*place, code))
                if path is None:
                    continue
                if not path.is_file():
                    self._fault((*place, code), f"{scripts[code]} does not exist; check the name and the folder")
                    continue
                try:
                    captions = read_captions(path, code, shown_as=self.folder / scripts[code])
                except InvalidInput as error:
                    self.faults += error.faults
                    continue
                self.notes += captions.repairs
                found.setdefault(code, []).append(captions)
        return found

    def _words(self, recipe: Recipe, languages: dict[str, Language]) -> None:
        job = self.job
        texts: list[tuple[tuple[str | int, ...], dict[str, str], str]] = []
        if job.title and recipe.inputs.get("title") == "needed":
            texts.append((("title",), job.title, "title"))
        texts += [
            ((key,), getattr(job, key), key) for key in ("text", "quote", "headline", "source") if getattr(job, key)
        ]
        if recipe.lower_third or recipe.quote:
            texts += [(("speakers", key, "name"), who.name, f"name of {key!r}") for key, who in job.speakers.items()]
        texts += [
            (("clips", n, "title"), clip.title, f"title of clip {n + 1}")
            for n, clip in enumerate(job.clips)
            if clip.title
        ]
        for number, point in enumerate(job.points):
            texts += [(("points", number, key), getattr(point, key), f"{key} of point {number + 1}")
                      for key in ("chapter", "title", "text") if getattr(point, key)]  # fmt: skip
        for number, claim in enumerate(job.claims):
            texts += [(("claims", number, key), getattr(claim, key), f"{key} of claim {number + 1}")
                      for key in ("claim", "answer", "verdict", "reference") if getattr(claim, key)]  # fmt: skip
        texts += [(("details", number), line, f"detail {number + 1}") for number, line in enumerate(job.details)]
        for place, words, what in texts:
            missing = [code for code in languages if not words.get(code, "").strip()]
            if missing:
                self._fault(place, f"the {what} is missing in {', '.join(missing)}")
        if job.quoted and job.quoted not in job.speakers:
            self._fault(("quoted",), f"{job.quoted!r} is not among `speakers`; {_nearest(job.quoted, job.speakers)}")
        self._claim_times(languages)

    def _claim_times(self, languages: dict[str, Language]) -> None:
        for number, claim in enumerate(self.job.claims):
            answers = {code: claim.answer.get(code, "") for code in languages}
            need = float(ANSWERED_AFTER_S + reading_seconds(answers, languages))
            stands = float(claim.until_s - claim.at_s)
            if languages and stands < need:
                self._fault(
                    ("claims", number, "until"),
                    f"claim {number + 1} stands {stands:.1f} s; to be read with its answer it needs {need:.1f} s",
                )


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"
