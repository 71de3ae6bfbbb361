"""A job folder to fill in."""

from __future__ import annotations

import difflib
from pathlib import Path

from portevoix.errors import PortevoixError
from portevoix.library import Library

WORDS = {
    "head": "# Paths are relative to this file. `portevoix schema job` describes every key.\nrecipe: {recipe}\n",
    "title": 'title:\n  fr: "Titre"\n  en: "Title"\n',
    "text": 'text:\n  fr: "Ce qui se passe, et ce qu’il faut faire."\n  en: "What happens, and what to do."\n',
    "clips": "clips:\n  - file: media/clip.mp4   # put your clip there\n{speaker}",
    "speaker": "    speaker: guest\nspeakers:\n  guest:\n    name: {fr: Prénom Nom, en: First Last}\n    role: {fr: Fonction, en: Role}\n",
    "scripts": "scripts:\n  fr: scripts/fr.vtt\n  en: scripts/en.vtt\n",
    "tail": "formats: [wide, square, story]\nlanguages: [fr, en]\n",
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
    text = WORDS["head"].replace("{recipe}", recipe) + WORDS["title"]
    if chosen.notice:
        text += WORDS["text"]
    if chosen.needs_clips:
        (folder / "media").mkdir(parents=True, exist_ok=True)
        text += WORDS["clips"].replace("{speaker}", WORDS["speaker"] if chosen.lower_third else "")
    if chosen.captions:
        (folder / "scripts").mkdir(parents=True, exist_ok=True)
        text += WORDS["scripts"]
        for language, words in CUES.items():
            (folder / "scripts" / f"{language}.vtt").write_text(
                f"WEBVTT\n\n00:00:00.500 --> 00:00:02.500\n{words}\n", "utf-8"
            )
    text += WORDS["tail"] if chosen.frame == "formats" else "languages: [fr, en]\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.yaml").write_text(text, "utf-8")
