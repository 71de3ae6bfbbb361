"""The faults of a job that need no media to be found: the command line's own error lists, at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from portevoix.authoring.document import read_document
from portevoix.authoring.job import Job, Place
from portevoix.captions.files.read import LARGEST_FILE_BYTES
from portevoix.errors import Fault, InvalidInput
from portevoix.library import Library
from portevoix.order import accept
from portevoix.store import Store
from service.documents import job_folder, read_job


def script_names(job: Job, language: str) -> list[str]:
    """The caption files of a language: the job's, or one for each clip that has its own."""
    own = [clip.scripts[language] for clip in job.clips if language in clip.scripts]
    common = [job.scripts[language]] if language in job.scripts else []
    return [os.path.normpath(name) for name in dict.fromkeys([*common, *own])]


def check_early(name: str, document: str, files: Mapping[str, str], store: Store, library: Library) -> None:
    """Raise InvalidInput with every fault that needs no media to be seen: of the document and of its caption files.

    `files`: the digest of the input for each relative name. The clips themselves are read when the job is planned.
    """
    job = read_job(name, document)
    with job_folder(name, document) as path:
        scripts = {n for s in (job.scripts, *(c.scripts for c in job.clips)) for n in s.values()}
        for script in sorted(map(os.path.normpath, scripts)):
            if script in files:
                _begin_of(store.input_path(files[script]), path.parent / script)
        try:
            accept(path, library)
        except InvalidInput as error:
            faults = _without_media(error.faults, path, job, files)
            root = f"{path.parent.resolve()}/"
            shown = [replace(f, file=f.file.replace(root, ""), message=f.message.replace(root, "")) for f in faults]
            if shown:
                raise InvalidInput(shown) from None


def _without_media(faults: list[Fault], path: Path, job: Job, files: Mapping[str, str]) -> list[Fault]:
    """The faults. Media files are not here: instead of theirs, one for each that was not uploaded."""
    document = read_document(path)
    kept = list(faults)
    for where, file in _media(job).items():
        if file.is_absolute() or os.path.normpath(file).startswith(".."):
            continue
        place = document.fault(where, "")
        kept = [f for f in kept if (f.file, f.line, f.column) != (place.file, place.line, place.column)]
        if os.path.normpath(file) not in files:
            kept.append(replace(place, message=f"{file} is not among `files`; upload it and give its SHA-256 there"))
    return kept


def _media(job: Job) -> dict[Place, Path]:
    """Every file that is seen or heard, by the place that its faults name."""
    found: dict[Place, Path] = {(*place, "file"): clip.file for place, clip in job.shots().items()}
    found |= {place: photograph.file for place, photograph in job.photographs().items()}
    found |= {("music",): job.music.file} if job.music else {}
    return found | {("voice_over", code): spoken.file for code, spoken in job.voice_over.items()}


def _begin_of(source: Path, target: Path) -> None:
    """As much of a file as it takes to see that it is too large for its kind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file:
        target.write_bytes(file.read(LARGEST_FILE_BYTES + 1))
