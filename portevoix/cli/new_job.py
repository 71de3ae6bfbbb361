"""A job folder to fill in."""

from __future__ import annotations

import difflib
from pathlib import Path

from portevoix.errors import PortevoixError
from portevoix.library import Library

WORDS = {
    "head": "# Paths are relative to this file. `portevoix schema job` describes every key.\nrecipe: {recipe}\n",
    "speaker": "    speaker: guest\n",
    "tail": "formats: [wide, square, story]\nlanguages: [fr, en]\n",
}
ALSO = ("title", "speakers", "clips")  # written also where a recipe can do without
INPUTS = {
    "title": 'title:\n  fr: "Titre"\n  en: "Title"\n',
    "text": 'text:\n  fr: "Ce qui se passe, et ce qu’il faut faire."\n  en: "What happens, and what to do."\n',
    "details": 'details:\n  - {fr: "12 mars 2027, 18 h", en: "12 March 2027, 6 p.m."}\n  - {fr: "Lieu", en: "Place"}\n',
    "clips": "clips:\n  - file: media/clip.mp4   # put your clip there\n{speaker}",
    "points": (
        'points:\n  - title: {fr: "Premier point", en: "First point"}\n'
        '    text: {fr: "Une phrase.", en: "One sentence."}\n'
        "    # picture: media/photo.jpg\n"
    ),
    "speakers": "speakers:\n  guest:\n    name: {fr: Prénom Nom, en: First Last}\n    role: {fr: Fonction, en: Role}\n",
    "quote": 'quote:\n  fr: "Ce qui a été dit."\n  en: "What was said."\n',
    "quoted": "quoted: guest\n",
    "claims": 'claims:\n  - at: 2\n    until: 9\n    claim: {fr: "Ce qui est dit.", en: "What is said."}\n'
    '    answer: {fr: "Ce qui est vrai.", en: "What is true."}\n    verdict: {fr: Faux, en: "False"}\n',
    "source": 'source: {fr: "Source : nom", en: "Source: name"}\n',
    "scripts": "# Their times count from the clip's first picture; timed on the finished cut: cue_times: programme\n"
    "scripts:\n  fr: scripts/fr.vtt\n  en: scripts/en.vtt\n",
}
CUES = {"fr": "Premier sous-titre.", "en": "First caption."}


def new_job(folder: Path, recipe: str, library: Library) -> None:
    """Write `job.yaml`, and scripts where the recipe has captions. Raises PortevoixError rather than overwrite."""
    if recipe not in library.recipes:
        close = difflib.get_close_matches(recipe, library.recipes, 1) or sorted(library.recipes)
        raise PortevoixError(f"recipe {recipe!r} is not known; try {', '.join(close)}")
    if (folder / "job.yaml").exists():
        raise PortevoixError(f"{folder}/job.yaml is already there; choose another folder")
    chosen = library.recipes[recipe]
    text = WORDS["head"].replace("{recipe}", recipe)
    for key, words in INPUTS.items():
        if chosen.inputs.get(key) == "needed" or (key in chosen.inputs and key in ALSO):
            text += words.replace("{speaker}", WORDS["speaker"] if chosen.lower_third and key == "clips" else "")
    if {"clips", "points"} & chosen.inputs.keys():
        (folder / "media").mkdir(parents=True, exist_ok=True)
    if chosen.captions and chosen.inputs.get("scripts") == "needed":
        (folder / "scripts").mkdir(parents=True, exist_ok=True)
        for language, words in CUES.items():
            (folder / "scripts" / f"{language}.vtt").write_text(
                f"WEBVTT\n\n00:00:00.500 --> 00:00:02.500\n{words}\n", "utf-8"
            )
    text += WORDS["tail"] if chosen.frame == "formats" else "languages: [fr, en]\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.yaml").write_text(text, "utf-8")
