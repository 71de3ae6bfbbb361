"""A look at the installation itself: what is needed, what is there, and the remedy for what is not."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Style, Typesetter
from portevoix.errors import PortevoixError
from portevoix.library import load_library

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
SAMPLES = {"Latn": "Œuvre", "Cyrl": "Щука", "Arab": "سلام", "Hans": "中文"}
SETUP = "run `make setup` again"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    good: bool
    state: str
    remedy: str = SETUP


def examine(root: Path) -> list[Finding]:
    """Look at everything; nothing here raises."""
    return [*_ffmpeg(), *_fonts(root), _data(root), _disk(root)]


def _ffmpeg() -> list[Finding]:
    try:
        findings = [Finding("ffmpeg", True, f"{ffmpeg.build()} ({ffmpeg.executable()})")]
        for what, names in (("encoders", ENCODERS), ("filters", FILTERS)):
            listed = subprocess.run(
                [ffmpeg.executable(), "-hide_banner", f"-{what}"], capture_output=True, text=True, check=True
            ).stdout
            words = {word for line in listed.splitlines() for word in line.split()[1:2]}
            missing = [name for name in names if name not in words]
            findings.append(
                Finding(
                    f"ffmpeg {what}",
                    not missing,
                    f"missing: {', '.join(missing)}" if missing else ", ".join(names),
                    "unset PORTEVOIX_FFMPEG or name a fuller build",
                )
            )
        return findings
    except (PortevoixError, OSError, subprocess.CalledProcessError) as error:
        return [Finding("ffmpeg", False, str(error), "unset PORTEVOIX_FFMPEG, then " + SETUP)]


def _fonts(root: Path) -> list[Finding]:
    try:
        fonts = Fonts(root / "fonts")
        setter = Typesetter(fonts)
        found = [Finding("fonts", True, f"{len(fonts.faces)} faces in {root / 'fonts'}")]
        for script, sample in SAMPLES.items():
            direction = "rtl" if script == "Arab" else "ltr"
            line = setter.line(sample, Style(fonts.families("Inter", script), "bold", 40, (255, 255, 255), direction))
            found.append(
                Finding(
                    f"text engine, {script}",
                    line.image.getbbox() is not None,
                    f"{sample} drawn, {line.width} pixels wide",
                )
            )
        return found
    except (OSError, KeyError, ImportError, PortevoixError) as error:
        return [
            Finding("fonts and text engine", False, repr(error), "restore fonts/ from the repository, then " + SETUP)
        ]


def _data(root: Path) -> Finding:
    try:
        library = load_library(root)
    except PortevoixError as error:
        return Finding("data files", False, str(error), "mend the file at the line that is named")
    counts: dict[str, Any] = {
        "languages": library.languages,
        "placements": library.placements,
        "recipes": library.recipes,
        "accounts": library.accounts,
    }
    return Finding("data files", True, ", ".join(f"{len(items)} {name}" for name, items in counts.items()))


def _disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free
    return Finding(
        "disk",
        free >= LEAST_FREE_BYTES,
        f"{free / 1e9:.1f} GB free",
        f"free {LEAST_FREE_BYTES / 1e9:.0f} GB, or point --store at another disk",
    )
