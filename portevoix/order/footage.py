"""The films, photos, camera paths and recordings that a job names, and the kit's files that are used as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from portevoix.authoring.job import Place
from portevoix.authoring.language import Language
from portevoix.authoring.pictures import Clip, Cutaway
from portevoix.authoring.recipe import Recipe
from portevoix.errors import InvalidInput, suggestion
from portevoix.framing.path import CameraPath
from portevoix.framing.path_file import read_path
from portevoix.order.job_reading import JobReading
from portevoix.order.model import Audience, Filmed
from portevoix.sources.damage import known_damage
from portevoix.sources.photo import Photo, look_at_photo
from portevoix.sources.probe import Source, Tracks, UnusableSource, probe
from portevoix.sources.sound_file import SoundFile, probe_sound
from portevoix.store import Store

SHOWN_AS_THEY_ARE = ("pixels that are not square", "odd size")  # also where they are transparent


@dataclass(frozen=True)
class OfKit:
    """The files of the brand kit that are seen and heard as they are."""

    stings: dict[str, Source] = field(default_factory=dict)
    music: SoundFile | None = None


def sources_of(reading: JobReading) -> dict[Place, Source]:
    """The films of a job by the shot that shows them: those that can be used."""
    found: dict[Place, Source] = {}
    for of_clip, clip in reading.job.shots().items():
        place = (*of_clip, "file")
        path = reading.existing(clip.file, place)
        if path is None:
            continue
        try:
            source = probe(path, Tracks(clip.track, 0 if clip.mute else clip.sound_track))
        except UnusableSource as error:
            reading.fault(place, f"{clip.file} {error}")
            continue
        _check_range(reading, of_clip, clip, source)
        if clip.speaker and clip.speaker not in reading.job.speakers:
            reading.fault(
                (*of_clip, "speaker"),
                f"speaker {clip.speaker!r} is not among `speakers`; {suggestion(clip.speaker, reading.job.speakers)}",
            )
        _note_film(reading, clip, source)
        _check_damage(reading, place, clip, source)
        found[of_clip] = source
        if len(of_clip) == 2:  # a clip itself
            _check_cutaways(reading, of_clip, clip, source)
        else:
            _check_seen_long_enough(reading, of_clip, found)
    return found


def _check_range(reading: JobReading, place: Place, clip: Clip, source: Source) -> None:
    """The range that a clip asks for lies within its film."""
    length = f"but {clip.file} is {float(source.duration_s):.2f} s long"
    if clip.start_s >= source.duration_s:
        reading.fault((*place, "from"), f"`from` is {float(clip.start_s):g} s, {length}")
    elif clip.end_s is not None and clip.end_s > source.duration_s + 1 / source.fps:
        reading.fault((*place, "to"), f"`to` is {float(clip.end_s):g} s, {length}")


def _note_film(reading: JobReading, clip: Clip, source: Source) -> None:
    """Note how an unusual film will be read."""
    if source.matrix is None:
        reading.notes.append(f"{clip.file}: carries no colour tags; read as {source.assumed_matrix}")
    if source.why_conform:
        reading.notes.append(f"{clip.file}: {', '.join(source.why_conform)}; brought into shape first")
    tracks, heard = source.sound_tracks, source.time.sound
    if len(tracks) > 1 and heard and clip.sound_track is None:
        reading.notes.append(
            f"{clip.file}: has {len(tracks)} sound tracks ({', '.join(tracks)}); number {heard.track + 1} is heard; "
            "`sound_track` names another"
        )


def _check_damage(reading: JobReading, place: Place, clip: Clip, source: Source) -> None:
    """Damage in the range that is used is the author's to accept."""
    end_s = min(clip.end_s or source.duration_s, source.duration_s)
    damage = known_damage(source, clip.start_s, end_s, not clip.mute, reading.store)
    if damage and clip.damaged:
        reading.notes.append(f"{clip.file}: has {damage}, and is used as it is")
    elif damage:
        reading.fault(
            place,
            f"{clip.file} has {damage}; send it again, or set `damaged: accept` to use it as it is",
        )


def _check_cutaways(reading: JobReading, place: Place, clip: Clip, source: Source) -> None:
    """A cutaway lies within its clip."""
    end_s = clip.end_s or source.duration_s
    for number, cutaway in enumerate(clip.cutaways):
        if cutaway.at_s < clip.start_s or cutaway.until_s > end_s + 1 / source.fps:
            reading.fault(
                (*place, "cutaways", number, "at"),
                f"the cutaway from {float(cutaway.at_s):g} to {float(cutaway.until_s):g} s lies outside the part of "
                f"{clip.file} that is used, {float(clip.start_s):g} to {float(end_s):g} s",
            )


def _check_seen_long_enough(reading: JobReading, place: Place, found: dict[Place, Source]) -> None:
    """What is seen beside or instead of a clip lasts as long as it is seen."""
    source = found[place]
    seen, of_clip = reading.job.others()[place], place[:2]
    over = reading.job.clips[int(place[1])]
    if isinstance(seen, Cutaway):
        wanted = seen.until_s - seen.at_s
    elif of_clip in found:
        wanted = (over.end_s or found[of_clip].duration_s) - over.start_s
    else:
        return  # the clip itself cannot be used: that is a fault of its own
    if wanted > source.duration_s - seen.start_s + 1 / source.fps:
        reading.fault(
            (*place, "file"),
            f"{seen.file} has {float(source.duration_s - seen.start_s):.2f} s from its `from` on, but is seen for "
            f"{float(wanted):.2f} s; begin earlier or show it for less",
        )


def note_surprises(
    reading: JobReading, recipe: Recipe | None, audiences: tuple[Audience, ...], sources: list[Source]
) -> None:
    """What an author may not have expected of a clip, and what was done about it."""
    for source in dict.fromkeys(sources):
        name = reading.named(source.path)
        if source.upright and any(audience.format == "wide" for audience in audiences):
            reading.notes.append(f"{name}: is upright; in wide it stands before a blurred ground, or as `fit` says")
        if not source.has_sound and recipe and recipe.sound.treatment == "mix":
            reading.notes.append(f"{name}: has no sound; the programme is silent there")


def paths_of(reading: JobReading, sources: dict[Place, Source]) -> dict[int, CameraPath]:
    """By the number of a shot: where its author says that the camera looks."""
    found = {}
    for number, (place, source) in enumerate(sources.items()):
        named = reading.job.shots()[place].path
        file = named and reading.existing(named, (*place, "path"))
        if named and file:
            try:
                found[number] = read_path(file, source, named)
            except InvalidInput as error:
                reading.faults += error.faults
    return found


def filmed_in(reading: JobReading) -> tuple[Filmed, ...]:
    """The clips of a job, each with the file of its camera path."""
    sources = sources_of(reading)
    found: list[Filmed] = []
    files = [clip.file for clip in reading.job.clips]
    for number, clip in enumerate(reading.job.clips):
        ending = ".path.yaml" if files.count(clip.file) == 1 else f"-{number + 1}.path.yaml"
        shown_as = clip.path or clip.file.with_name(clip.file.stem + ending)
        place = ("clips", number, "path" if clip.path else "file")
        file = reading.inside(shown_as, place)
        if other := next((one for one in found if one.file == file), None):
            reading.fault(place, f"path: clip {other.number} has {shown_as} too; give each clip a file of its own")
        if file and (source := sources.get(("clips", number))):
            found.append(Filmed(number + 1, clip, source, file, shown_as))
    return tuple(found)


def photos_of(reading: JobReading) -> list[Photo]:
    """The photographs of a job, in its order: those that can be used."""
    found = []
    for place, photograph in reading.job.photographs().items():
        path = reading.existing(photograph.file, place)
        if path is None:
            continue
        try:
            found.append(look_at_photo(path))
        except UnusableSource as error:
            reading.fault(place, f"{photograph.file} {error}")
    return found


def of_kit(reading: JobReading, recipe: Recipe, kit: str) -> OfKit:
    """The kit's stings and music that the recipe asks for, where the kit has them."""
    kinds = [scene.sting for scene in recipe.scenes if scene.sting]
    found = reading.library.kits.get(kit)
    if found is None or not (kinds or recipe.music == "kit"):
        return OfKit()
    values = found.values
    stings = {kind: found.file(file) for kind in kinds if (file := getattr(values.stings, kind, None))}
    music = found.file(values.music) if recipe.music == "kit" and values.music else None
    looked_at: dict[str, Source] = {}
    for kind, path in stings.items():
        try:
            looked_at[kind] = whole_sting(path, reading.store)
        except UnusableSource as error:
            reading.fault(("kit",), f"the {kind} sting of brand kit {kit!r}, {path.name}, {error}")
    try:
        return OfKit(looked_at, probe_sound(music) if music else None)
    except UnusableSource as error:
        reading.fault(("kit",), f"the music of brand kit {kit!r}, {values.music}, {error}")
    return OfKit(looked_at)


def whole_sting(path: Path, store: Store | None = None) -> Source:
    """A kit's sting. Raises UnusableSource where it is damaged, or transparent and cannot be shown as it is."""
    source = probe(path)
    if damage := known_damage(source, Fraction(0), source.duration_s, True, store):
        raise UnusableSource(f"has {damage}; put the whole file into the kit")
    shaped = [why for why in source.why_conform if why not in SHOWN_AS_THEY_ARE]
    if source.has_alpha and shaped:
        raise UnusableSource(
            f"is transparent and has {', '.join(shaped)}; export it upright, progressive, at a constant rate, with "
            "sound no longer than its pictures"
        )
    return source


def sounds_of(
    reading: JobReading, recipe: Recipe | None, languages: dict[str, Language]
) -> tuple[SoundFile | None, dict[str, SoundFile]]:
    """The music and, by language, what is spoken over."""
    job = reading.job
    for key, given in (("music", job.music), ("voice_over", job.voice_over)):
        if given and recipe and recipe.sound.treatment != "mix":
            reading.fault(
                (key,),
                f"recipe {recipe.name!r} mixes no sound (`{recipe.sound.treatment}`); remove `{key}` or "
                f"choose another recipe",
            )
    if job.music and job.music.on_beat and recipe and (why := _no_cuts(recipe)):
        reading.fault(("music", "on_beat"), f"recipe {recipe.name!r} {why}; remove `on_beat` or choose another recipe")
    for code in job.voice_over:
        if code not in languages:
            reading.fault(("voice_over", code), f"nothing is made in language {code!r}; {suggestion(code, languages)}")
    music = _sound(reading, job.music.file, ("music",)) if job.music else None
    spoken = {code: _sound(reading, one.file, ("voice_over", code)) for code, one in job.voice_over.items()}
    return music, {code: file for code, file in spoken.items() if file}


def _no_cuts(recipe: Recipe) -> str:
    """Why a recipe cannot end clips on a beat."""
    if not recipe.shows("clips"):
        return "shows no clips that could end on a beat"
    return (
        "has captions or claims, which would be cut short with their clips" if recipe.captions or recipe.claims else ""
    )


def _sound(reading: JobReading, file: Path, place: Sequence[str | int]) -> SoundFile | None:
    path = reading.existing(file, place)
    try:
        return probe_sound(path) if path else None
    except UnusableSource as error:
        reading.fault(place, f"{file} {error}")
        return None
