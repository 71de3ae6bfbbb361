"""A job accepted: its file, clips and scripts read, every mistake in any of them listed at once."""

from __future__ import annotations

from pathlib import Path

from portevoix.authoring.job import Bed
from portevoix.authoring.language import Language
from portevoix.authoring.placement import VideoRules
from portevoix.authoring.recipe import Recipe
from portevoix.errors import suggestion
from portevoix.library import Library
from portevoix.order.footage import (
    OfKit,
    filmed_in,
    note_surprises,
    of_kit,
    paths_of,
    photos_of,
    sounds_of,
    sources_of,
)
from portevoix.order.job_reading import JobReading
from portevoix.order.model import Audience, Filmed, Order
from portevoix.order.posts import check_post
from portevoix.order.words import check_inputs, check_words, scripts_of
from portevoix.order.zones import shared_zone
from portevoix.store import Store

FORMATS_WITHOUT_A_WORD = ("wide", "square", "story")


def accept(path: Path, library: Library, store: Store | None = None) -> Order:
    """Read a job and all that it names. Raises InvalidInput with every fault of every file.

    `store`: remembers what was found in films, where there is one.
    """
    reading = JobReading(path, library, store)
    job = reading.job
    recipe = reading.known("recipe", job.recipe, library.recipes, ("recipe",))
    audiences = audiences_of(reading, recipe)
    languages = _languages(reading, audiences)
    found = sources_of(reading)
    paths = paths_of(reading, found)
    note_surprises(reading, recipe, audiences, list(found.values()))
    photos = photos_of(reading)
    scripts = scripts_of(reading, audiences) if recipe and recipe.captions else {}
    kit = _kit(reading)
    bed, (music, voice_overs) = job.music, sounds_of(reading, recipe, languages)
    from_kit = of_kit(reading, recipe, kit) if recipe else OfKit()
    if from_kit.music and not bed:
        bed, music = Bed(file=from_kit.music.path), from_kit.music
    check_post(reading, audiences)
    if recipe:
        check_inputs(reading, recipe)
        check_words(reading, recipe, languages)
    reading.raise_faults()
    assert recipe  # or it would have been a fault
    return Order(
        name=reading.name,
        folder=reading.folder,
        job=job if job.glossary else job.model_copy(update={"glossary": library.glossary}),
        recipe=recipe,
        kit=kit,
        sources=[*found.values(), *from_kit.stings.values()],
        photos=photos,
        scripts=scripts,
        audiences=audiences,
        everybody=audiences,
        languages=languages,
        notes=tuple(reading.notes),
        music=music,
        bed=bed,
        voice_overs=voice_overs,
        paths=paths,
        stings={kind: number for number, kind in enumerate(from_kit.stings, len(found))},
    )


def filmed(path: Path, library: Library, store: Store | None = None) -> tuple[Filmed, ...]:
    """A job's clips, whatever else the job still lacks. Raises InvalidInput with every fault of theirs.

    A clip that names no `path` has it beside its own file: `minister.path.yaml`, or `minister-2.path.yaml` where
    another clip is of the same file.
    """
    reading = JobReading(path, library, store)
    found = filmed_in(reading)
    reading.raise_faults()
    return found


def _kit(reading: JobReading) -> str:
    job, library = reading.job, reading.library
    kits = {a: library.accounts[a].kit for a in job.accounts if a in library.accounts}
    if not job.kit and len(set(kits.values())) > 1:
        listed = ", ".join(f"{account} {kit}" for account, kit in kits.items())
        reading.fault(
            ("accounts",), f"accounts of different brand kits ({listed}); name one as `kit`, or write a job for each"
        )
    named = job.kit or next(iter(kits.values()), None)
    kit = named or library.default_kit
    if kit not in library.kits:
        reading.fault(("kit",), f"brand kit {kit!r} is not known; {suggestion(kit, library.kits)}{library.hint}")
    return kit


def audiences_of(reading: JobReading, recipe: Recipe | None) -> tuple[Audience, ...]:
    """In which languages and frames, for whom and by which rules a job's products are made."""
    job, library = reading.job, reading.library
    if recipe is None:
        return ()
    shown = job.captions and job.captions.shown
    if not job.accounts:
        own = ("source",) if recipe.frame == "source" else FORMATS_WITHOUT_A_WORD
        formats = job.formats or own
        if job.fit and "source" in formats:
            reading.fault(("fit",), "a film that keeps its frame needs no `fit`; name `formats`, or remove it")
        burned = shown != "beside"
        return tuple(Audience(language, frame, burned) for language in job.languages for frame in formats)
    found = []
    for number, name in enumerate(job.accounts):
        account = reading.known("account", name, library.accounts, ("accounts", number))
        if account is None:
            continue
        for placement in account.placements:
            rules = library.placements[placement]
            beside = (shown or account.captions or rules.captions) == "beside"
            frame = "source" if recipe.frame == "source" else account.formats.get(placement, rules.formats[0])
            zone = shared_zone(account, library.placements) if frame == "story" else None
            video = rules.video or VideoRules()
            least, most = video.min_duration_s, video.max_duration_s
            found.append(
                Audience(account.language, frame, not beside, name, placement, account.prefix, zone, least, most)
            )
    return tuple(found)


def _languages(reading: JobReading, audiences: tuple[Audience, ...]) -> dict[str, Language]:
    found = {}
    for code in dict.fromkeys(a.language for a in audiences):
        language = reading.library.language(code)
        if language is None:
            place = ("languages", reading.job.languages.index(code)) if code in reading.job.languages else ("accounts",)
            reading.fault(place, f"language {code!r} is not known; {suggestion(code, reading.library.languages)}")
        else:
            wanted = reading.job.straight_quotes
            found[code] = language.model_copy(update={"straight_quotes": wanted}) if wanted else language
    return found
