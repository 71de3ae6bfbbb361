"""The words that a job gives: whether its recipe uses them, in all languages, and the scripts with their captions."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from portevoix.authoring.language import Language, reading_seconds
from portevoix.authoring.recipe import Recipe
from portevoix.captions.cue import CaptionFile
from portevoix.captions.files.read import read_captions
from portevoix.captions.reading_language import second_language
from portevoix.errors import InvalidInput, suggestion
from portevoix.order.job_reading import JobReading
from portevoix.order.model import Audience

PICTURES = {"clips": "clips", "points": "points", "picture": "picture"}  # what a scene shows, by the job's key for it
ANSWERED_AFTER_S = Fraction(21, 10)  # from a claim to its answer: time to read it, and to see it struck
# What a job may give beside its audiences and how it is made; a recipe says which of these it uses.
INPUTS = (
    "clips",
    "scripts",
    "title",
    "kicker",
    "issued",
    "text",
    "speakers",
    "headline",
    "quote",
    "quoted",
    "points",
    "picture",
    "details",
    "claims",
    "source",
    "credit",
    "glossary",
)


def check_inputs(reading: JobReading, recipe: Recipe) -> None:
    """What the recipe needs is there, and nothing is that it has no use for."""
    for key in INPUTS:
        given = bool(getattr(reading.job, key))
        if given and key not in recipe.inputs:
            used = ", ".join(recipe.inputs)
            reading.fault((key,), f"recipe {recipe.name!r} has no use for `{key}` (it uses {used}); remove it")
        elif not given and recipe.inputs.get(key) == "needed" and not (key == "scripts" and _own_scripts(reading)):
            reading.fault((), f"names no `{key}`; recipe {recipe.name!r} needs it")
    shown = [key for show, key in PICTURES.items() if recipe.shows(show)]
    if (
        shown
        and not any(getattr(reading.job, key) for key in shown)
        and not any(recipe.inputs.get(k) == "needed" for k in shown)
    ):
        reading.fault(
            (),
            f"names neither {' nor '.join(f'`{key}`' for key in shown)}; recipe {recipe.name!r} needs one of them",
        )
    _check_cover(reading, recipe)
    if reading.job.credit and "credit" in recipe.inputs and not (reading.job.picture or recipe.shows("closing")):
        reading.fault(("credit",), "says whose the picture is, but there is no `picture`; name one, or remove it")
    for number, clip in enumerate(reading.job.clips):
        if clip.title and not recipe.titles:
            reading.fault(("clips", number, "title"), f"recipe {recipe.name!r} shows no titles of clips; remove it")


def _check_cover(reading: JobReading, recipe: Recipe) -> None:
    """A cover is a moment of a film."""
    if reading.job.cover and (recipe.still or recipe.frame == "source"):
        why = "makes a still of its own" if recipe.still else "keeps its film's frame"
        reading.fault(("cover",), f"recipe {recipe.name!r} {why}, and no cover; remove it")


def _own_scripts(reading: JobReading) -> bool:
    return any(clip.scripts for clip in reading.job.clips)


def scripts_of(reading: JobReading, audiences: tuple[Audience, ...]) -> dict[str, list[CaptionFile]]:
    """By language: the captions of each clip, or of the programme."""
    job = reading.job
    found: dict[str, list[CaptionFile]] = {}
    for code in job.encoding:
        if not any(audience.language == code for audience in audiences):
            reading.fault(("encoding", code), f"nothing is made in language {code!r}; remove its encoding")
    several = len(job.clips) > 1 and job.cue_times == "clip"
    for code in dict.fromkeys(a.language for a in audiences):
        places = [
            (("clips", number, "scripts"), clip.scripts) if clip.scripts or several else (("scripts",), job.scripts)
            for number, clip in enumerate(job.clips)
        ]
        if job.cue_times == "programme":
            places = places[:1]
        for place, scripts in places:
            if code not in scripts:
                own = "a script of its own for each clip, timed from its first picture, or `cue_times: programme`"
                where = own if several else "a script"
                reading.fault(
                    place,
                    f"language {code!r} has no script; give {where} ({', '.join(scripts) or 'none yet'} given)",
                )
                continue
            path = reading.existing(Path(scripts[code]), (*place, code))
            if path is None:
                continue
            if not path.is_file():
                reading.fault((*place, code), f"{scripts[code]} does not exist; check the name and the folder")
                continue
            shown = reading.folder / scripts[code]  # as the job calls it
            try:
                captions = read_captions(path, code, shown if shown.exists() else path, job.encoding.get(code, ""))
            except InvalidInput as error:
                reading.faults += error.faults
                continue
            reading.notes += [*captions.repairs, *_two_languages(captions, scripts[code], code, reading)]
            found.setdefault(code, []).append(captions)
    return found


def _two_languages(captions: CaptionFile, name: str, code: str, reading: JobReading) -> list[str]:
    profile = reading.library.language(code)
    texts = [cue.text for cue in captions.cues]
    said = second_language(texts, profile, reading.library.languages.values()) if profile else ""
    return [f"{name}: {said}; send a file for each"] if said else []


def check_words(reading: JobReading, recipe: Recipe, languages: dict[str, Language]) -> None:
    """Every text that will be shown is there in every language, and stands long enough to be read."""
    job = reading.job
    texts: list[tuple[tuple[str | int, ...], dict[str, str], str]] = []
    if job.title and (recipe.inputs.get("title") == "needed" or recipe.shows("title")):
        texts.append((("title",), job.title, "title"))
    texts += [((key,), getattr(job, key), key) for key in ("text", "quote", "headline", "source") if getattr(job, key)]
    if recipe.lower_third or recipe.quote:
        texts += [(("speakers", key, "name"), who.name, f"name of {key!r}") for key, who in job.speakers.items()]
    texts += [
        (("clips", n, "title"), clip.title, f"title of clip {n + 1}") for n, clip in enumerate(job.clips) if clip.title
    ]
    for number, point in enumerate(job.points):
        texts += [
            (("points", number, key), getattr(point, key), f"{key} of point {number + 1}")
            for key in ("chapter", "title", "text")
            if getattr(point, key)
        ]
    for number, claim in enumerate(job.claims):
        texts += [
            (("claims", number, key), getattr(claim, key), f"{key} of claim {number + 1}")
            for key in ("claim", "answer", "verdict", "reference")
            if getattr(claim, key)
        ]
    if job.cover:
        texts.append((("cover", "title"), job.cover.title, "title of the cover"))
    texts += [(("details", number), line, f"detail {number + 1}") for number, line in enumerate(job.details)]
    for place, words, what in texts:
        missing = [code for code in languages if not words.get(code, "").strip()]
        if missing:
            reading.fault(place, f"the {what} is missing in {', '.join(missing)}")
    if job.quoted and job.quoted not in job.speakers:
        reading.fault(("quoted",), f"{job.quoted!r} is not among `speakers`; {suggestion(job.quoted, job.speakers)}")
    _claim_times(reading, languages)


def _claim_times(reading: JobReading, languages: dict[str, Language]) -> None:
    for number, claim in enumerate(reading.job.claims):
        answers = {code: claim.answer.get(code, "") for code in languages}
        need = float(ANSWERED_AFTER_S + reading_seconds(answers, languages))
        stands = float(claim.until_s - claim.at_s)
        if languages and stands < need:
            reading.fault(
                ("claims", number, "until"),
                f"claim {number + 1} stands {math.floor(stands * 10) / 10} s; to be read with its answer it needs "
                f"{math.ceil(need * 10) / 10} s",
            )
