"""A job accepted: its file, clips and scripts read, every mistake in any of them listed at once."""

from __future__ import annotations

from collections.abc import Iterator
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
    from_kit = _of_kits(reading, recipe, kit, audiences) if recipe else OfKit()
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
    """The job's brand kit: the one that it names, else that of its first account."""
    job, library = reading.job, reading.library
    kits = [library.accounts[name].kit for name in job.accounts if name in library.accounts]
    kit = job.kit or next(iter(kits), library.default_kit)
    if kit not in library.kits:
        reading.fault(("kit",), f"brand kit {kit!r} is not known; {suggestion(kit, library.kits)}{library.hint}")
    return kit


def _of_kits(reading: JobReading, recipe: Recipe, kit: str, audiences: tuple[Audience, ...]) -> OfKit:
    """The stings and the music of the job's kits, which have to be the same: they are part of the programme."""
    found = of_kit(reading, recipe, kit)
    others = dict.fromkeys(audience.kit for audience in audiences if audience.kit not in ("", kit))
    differing = [other for other in others if _digests(of_kit(reading, recipe, other)) != _digests(found)]
    if differing:
        reading.fault(
            ("accounts",),
            f"recipe {recipe.name!r} plays the brand kit's stings or music, and {', '.join(differing)} has others than "
            f"{kit}; name one as `kit`, or write a job for each",
        )
    return found


def _digests(of: OfKit) -> list[str]:
    return [*(f"{kind} {source.digest}" for kind, source in of.stings.items()), of.music.digest if of.music else ""]


def audiences_of(reading: JobReading, recipe: Recipe | None) -> tuple[Audience, ...]:
    """In which languages and frames, for whom and by which rules a job's products are made."""
    if recipe is None:
        return ()
    own = tuple(_by_account(reading, recipe))
    return (*own, *_by_format(reading, recipe, own)) if reading.job.formats or not reading.job.accounts else own


def _by_format(reading: JobReading, recipe: Recipe, accounts: tuple[Audience, ...]) -> tuple[Audience, ...]:
    """Files for nobody's account. Beside accounts they are in these accounts' languages and looks."""
    job = reading.job
    own = ("source",) if recipe.frame == "source" else FORMATS_WITHOUT_A_WORD
    formats = job.formats or own
    if job.fit and "source" in formats:
        reading.fault(("fit",), "a film that keeps its frame needs no `fit`; name `formats`, or remove it")
    burned = not (job.captions and job.captions.shown == "beside")
    kits = {audience.language: audience.kit for audience in reversed(accounts)}
    return tuple(
        Audience(language, frame, burned, kit=kits.get(language, ""))
        for language in job.languages or kits
        for frame in formats
    )


def _by_account(reading: JobReading, recipe: Recipe) -> Iterator[Audience]:
    for number, name in enumerate(reading.job.accounts):
        account = reading.known("account", name, reading.library.accounts, ("accounts", number))
        for placement in account.placements if account else ():
            assert account
            yield _published(reading, recipe, name, placement)


def _published(reading: JobReading, recipe: Recipe, name: str, placement: str) -> Audience:
    """An account's placement."""
    job, library = reading.job, reading.library
    account, rules = library.accounts[name], library.placements[placement]
    frame = "source" if recipe.frame == "source" else account.formats.get(placement, rules.formats[0])
    shown = (job.captions and job.captions.shown) or account.captions or rules.captions
    video = rules.video or VideoRules()
    return Audience(
        account.language,
        frame,
        shown != "beside",
        name,
        placement,
        account.prefix,
        shared_zone(account, library.placements) if frame == "story" else None,
        video.min_duration_s,
        video.max_duration_s,
        job.kit or account.kit,
    )


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
