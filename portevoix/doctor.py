"""A look at the installation itself: what is needed, what is there, and the remedy for what is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np

from portevoix import ffmpeg, sandbox
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Style, Typesetter
from portevoix.errors import InvalidInput, PortevoixError
from portevoix.ffmpeg_age import age_of
from portevoix.framing.faces import sightings, weights
from portevoix.library import Library, load_library

ENCODERS = ("libx264", "aac")
FILTERS = (
    "overlay",
    "scale",
    "zscale",
    "fps",
    "gblur",
    "cropdetect",
    "ebur128",
    "alimiter",
    "tonemap",
    "bwdif",
    "setparams",
)
LEAST_FREE_BYTES = 5_000_000_000  # seven languages of a programme of five minutes, in every format
SHARED_MEMORY = Path("/dev/shm")  # where the locks of a worker's processes lie
SETUP = "run `make setup` again"


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at."""

    subject: str
    good: bool
    state: str
    remedy: str = SETUP


def examine(root: Path, house: Path | None = None) -> list[Diagnosis]:
    """Look at everything; nothing here raises. `house`: without, the one that PORTEVOIX_HOUSE names."""
    return [*_ffmpeg(), *_data(root, house), _faces(), *_system(), free_space("disk", root, LEAST_FREE_BYTES)]


def _ffmpeg() -> list[Diagnosis]:
    try:
        findings = [Diagnosis("ffmpeg", True, f"{ffmpeg.build()} ({ffmpeg.executable()})"), ffmpeg_age()]
        for what, names in (("encoders", ENCODERS), ("filters", FILTERS)):
            missing = sorted(set(names) - ffmpeg.names_of(what))
            findings.append(
                Diagnosis(
                    f"ffmpeg {what}",
                    not missing,
                    f"missing: {', '.join(missing)}" if missing else ", ".join(names),
                    "unset PORTEVOIX_FFMPEG or name a fuller build",
                )
            )
        return findings
    except (PortevoixError, OSError, subprocess.CalledProcessError) as error:
        return [Diagnosis("ffmpeg", False, str(error), "unset PORTEVOIX_FFMPEG, then " + SETUP)]


def ffmpeg_age() -> Diagnosis:
    """Whether the ffmpeg in use is as new as a dated list. Raises BrokenInstallation where there is none."""
    age = age_of(ffmpeg.build(), datetime.now(UTC).date())
    return Diagnosis(
        "ffmpeg age", age.good, age.state, "take a newer Portevoix, or name a newer ffmpeg: PORTEVOIX_FFMPEG"
    )


def _data(root: Path, house: Path | None) -> list[Diagnosis]:
    try:
        library = load_library(house, root)
    except InvalidInput as error:
        return [Diagnosis("data files", False, str(error), "mend each file at the line that is named")]
    used = f"{library.house}, which is sound" if library.house else "none; only what is built in is used"
    return [Diagnosis("house", True, used), Diagnosis("data files", True, library.contents), _text(root, library)]


def _text(root: Path, library: Library) -> Diagnosis:
    """Whether a sentence of every language can be drawn, every letter of it."""
    wanting: list[str] = []
    try:
        setter = Typesetter(Fonts(root / "fonts"))
        for code, language in library.languages.items():
            families = setter.fonts.families(["Inter"], language.script)
            letters = setter.fonts.missing(language.sample, families, "bold")
            line = setter.line(language.sample, Style(families, "bold", 40, (255, 255, 255), language.direction, code))
            if letters or line.image.getbbox() is None:
                wanting.append(f"{code} lacks {' '.join(letters) or 'every letter'}")
    except (OSError, KeyError, ImportError, PortevoixError) as error:
        wanting.append(repr(error))
    state = "; ".join(wanting) or f"drawn in {', '.join(library.languages)}"
    return Diagnosis("fonts and text engine", not wanting, state, "restore fonts/ from the repository, then " + SETUP)


def _faces() -> Diagnosis:
    """Whether the face detector loads and looks."""
    try:
        sightings(Fraction(0), np.zeros((64, 64, 3), np.uint8))
        return Diagnosis("face detector", True, f"YuNet ({weights()})")
    except PortevoixError as error:
        return Diagnosis("face detector", False, str(error))


def confinement() -> Diagnosis:
    """Whether strangers' files are read where they reach nothing."""
    try:
        found = sandbox.way()
    except PortevoixError as error:
        return Diagnosis("sandbox", False, str(error), f"unset {sandbox.SETTING}")
    kept_apart = found != sandbox.Way.NONE
    state = found.value if kept_apart else "none: whatever reads a stranger's file may read every file of this user"
    return Diagnosis("sandbox", kept_apart, state, "use Linux 5.13 or later with Landlock, or install bubblewrap")


def _system() -> list[Diagnosis]:
    setpriv = shutil.which("setpriv")
    return [
        confinement(),
        Diagnosis(
            "setpriv",
            setpriv is not None,
            setpriv or "not found: a process of the service may outlive the one that began it",
            "install util-linux 2.33 or later",
        ),
        writable("temporary files", Path(tempfile.gettempdir()), "mount a writable /tmp, or name another by TMPDIR"),
        writable("shared memory", SHARED_MEMORY, f"mount a tmpfs on {SHARED_MEMORY} that this user may write to"),
    ]


def writable(subject: str, folder: Path, remedy: str) -> Diagnosis:
    """Whether this user may make files in a folder."""
    good = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return Diagnosis(subject, good, str(folder) if good else f"{folder} cannot be written to", remedy)


def free_space(subject: str, folder: Path, least_bytes: int) -> Diagnosis:
    """Whether a folder's disk has at least so much room."""
    free = shutil.disk_usage(folder).free
    return Diagnosis(
        subject,
        free >= least_bytes,
        f"{free / 1e9:.1f} GB free",
        f"free {least_bytes / 1e9:.0f} GB, or point the store at another disk",
    )
