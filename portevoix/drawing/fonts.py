"""The fonts of `fonts/`: what they hold, which one sets a letter, and where their baseline lies."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from ruamel.yaml import YAML


@dataclass(frozen=True)
class Face:
    """One font file: its characters and its ascent, in parts of the size."""

    family: str
    weight: str
    characters: frozenset[int]
    ascent: float


class Fonts:
    """All faces of a folder. Making one points fontconfig at that folder alone, which must happen before any drawing."""

    def __init__(self, folder: Path) -> None:
        listed: dict[str, Any] = YAML(typ="safe").load((folder / "fonts.yaml").read_text("utf-8"))
        self.scripts: dict[str, list[str]] = listed["scripts"]
        self.faces = {
            (f["family"], f["weight"]): _face(folder / f["file"], f["family"], f["weight"]) for f in listed["files"]
        }
        # By content: a file subset anew may keep its size, and drawings kept under the old digest would then be stale.
        described = [
            f"{f['file']}:{hashlib.sha256((folder / f['file']).read_bytes()).hexdigest()}" for f in listed["files"]
        ]
        self.digest = hashlib.sha256(
            "\n".join([*described, (folder / "fonts.yaml").read_text("utf-8")]).encode()
        ).hexdigest()
        _point_fontconfig_at(folder)

    def families(self, first: str, script: str) -> tuple[str, ...]:
        """Families in the order of fallback: the kit's where it serves the script, then the script's own."""
        own = self.scripts[script]
        order = [*own[:1], first, *own] if script in {"Arab", "Hans"} else [first, *own]
        return tuple(dict.fromkeys(order))

    def has(self, family: str) -> bool:
        """Whether `family` is here in both its weights."""
        return all((family, weight) in self.faces for weight in ("regular", "bold"))

    def missing(self, text: str, families: tuple[str, ...], weight: str) -> list[str]:
        """Characters that no family holds, without those that are never drawn."""
        known = [self.faces[(family, weight)].characters for family in families]
        return [
            c for c in dict.fromkeys(unicodedata.normalize("NFC", text))
            if unicodedata.category(c) not in {"Cc", "Cf", "Zs", "Zl", "Zp"} and not any(ord(c) in face for face in known)
        ]  # fmt: skip

    def ascent(self, text: str, families: tuple[str, ...], weight: str) -> float:
        """The baseline's distance from the top of a line of `text`, in parts of the size: its tallest font decides."""
        used = (next((f for f in families if ord(c) in self.faces[(f, weight)].characters), families[0]) for c in text)
        return max((self.faces[(family, weight)].ascent for family in used), default=1.0)


@functools.cache
def _face(path: Path, family: str, weight: str) -> Face:
    with TTFont(path, lazy=True) as font:
        ascent = font["hhea"].ascent / font["head"].unitsPerEm
        return Face(family, weight, frozenset(font.getBestCmap()), ascent)


def _point_fontconfig_at(folder: Path) -> None:
    cache = Path(tempfile.gettempdir()) / f"portevoix-fontconfig-{os.getuid()}"
    cache.mkdir(exist_ok=True)
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    config = cache / f"{digest}.conf"
    content = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder.resolve()}</dir><cachedir>{cache}</cachedir></fontconfig>"
    )
    if not config.exists() or config.read_text("utf-8") != content:
        partial = config.with_suffix(f".{os.getpid()}")
        partial.write_text(content, "utf-8")
        partial.replace(config)
    os.environ["FONTCONFIG_FILE"] = str(config)
