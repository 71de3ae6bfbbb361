"""The fonts of `fonts/`: what they hold, which one sets a letter, and where their baseline lies."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import stat
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont

from portevoix.authoring.fonts import load_font_list
from portevoix.files import State, state_of, write_text

# Emoji_Presentation=Yes below U+1F000 (emoji-data.txt of Unicode 14): drawn as emoji without being asked. Above it the
# letters that text fonts hold as well (🈁) are emoji too, and the others have no other font.
ALWAYS_EMOJI = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff"
)
TEXT, EMOJI, KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
SKIN_TONES, TAGS, JOINER = "\U0001f3fb-\U0001f3ff", "\U000e0020-\U000e007f", "\u200d"
_ELEMENT = f"(?:[{ALWAYS_EMOJI}](?!{TEXT})|.(?=[{EMOJI}{SKIN_TONES}]))[{EMOJI}{SKIN_TONES}]*[{TAGS}]*"
# Unicode Technical Standard 51, section 1.4.9, near enough: what Pango gives to the emoji font as one run.
EMOJI_SEQUENCE = re.compile(f"[0-9#*]{EMOJI}?{KEYCAP}|{_ELEMENT}(?:{JOINER}(?:{_ELEMENT}|.))*")

# Spaces, and marks of every script that are not drawn: Pango sets them in the font of the letters beside them.
OF_ANY_FONT = frozenset(
    chr(code)
    for first, last in ((0x20, 0x20), (0xA0, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F))
    for code in range(first, last + 1)
) | {"\u3000", "\ufeff", *map(chr, range(0xFE00, 0xFE10))}


@dataclass(frozen=True)
class Face:
    """One font file. It is read when first asked: most lines never need the fallbacks."""

    family: str
    weight: str
    path: Path

    @property
    def characters(self) -> frozenset[int]:
        """The code points that it has a glyph for."""
        return _read(self.path)[0]

    @property
    def ascent(self) -> float:
        """Height of a line above its baseline, in parts of the size."""
        return _read(self.path)[1]


class Fonts:
    """All faces of a folder. Making one points fontconfig at that folder alone, which must happen before any drawing.

    Raises InvalidInput where `fonts.yaml` names what is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.listed = load_font_list(folder)
        files = self.listed.files
        self.faces: dict[tuple[str, str], Face] = {
            (f.family, f.weight): Face(f.family, f.weight, folder / f.file) for f in files
        }
        self.digest = _digest_of(folder, tuple(f.file for f in files), state_of(folder))
        self.used = functools.lru_cache(maxsize=1_000)(self._used)  # a line is asked about twice
        _point_fontconfig_at(folder, self.listed.emoji)

    def families(self, named: Sequence[str], script: str) -> tuple[str, ...]:
        """Families in the order of fallback: of those `named` the first that serves the script, the script's own, the
        others.
        """
        serving = self.listed.scripts[script]
        first = [family for family in named if family in serving][:1]
        return tuple(dict.fromkeys([*first, serving[0], *named, *self.listed.fallback]))

    def missing(self, text: str, families: tuple[str, ...], weight: str) -> list[str]:
        """Characters that no family holds, without those that are never drawn."""
        faces = [self.faces[(family, weight)] for family in families]
        return [
            c
            for c in dict.fromkeys(unicodedata.normalize("NFC", text))
            if not _is_never_drawn(c) and not any(ord(c) in face.characters for face in faces)
        ]

    def in_colour(self, text: str, families: tuple[str, ...], weight: str) -> bool:
        """Whether a line of `text` has signs with colours of their own."""
        return self.listed.emoji in self.used(text, families, weight)

    def ascent(self, text: str, families: tuple[str, ...], weight: str) -> float:
        """The baseline's distance from the top of a line of `text`, in parts of the size: its tallest font decides."""
        used = self.used(text, families, weight)
        return max((self.faces[(family, weight)].ascent for family in used), default=1.0)

    def _used(self, text: str, families: tuple[str, ...], weight: str) -> frozenset[str]:
        """The families that set `text`: for a space or a mark that is not drawn Pango takes no other font, and so no
        taller line.
        """
        emoji: set[int] = set()
        for found in EMOJI_SEQUENCE.finditer(text) if self.listed.emoji in families else ():
            if ord(text[found.start()]) in self.faces[(self.listed.emoji, weight)].characters:
                emoji.update(range(*found.span()))
        plain = {c for n, c in enumerate(text) if n not in emoji and c not in OF_ANY_FONT}
        holding = (
            next((f for f in families if ord(c) in self.faces[(f, weight)].characters), families[0]) for c in plain
        )
        return frozenset([*holding, *([self.listed.emoji] if emoji else [])] or families[:1])


def is_seen(text: str) -> bool:
    """Whether anything of `text` is drawn."""
    return not all(_is_never_drawn(c) for c in text)


def _is_never_drawn(c: str) -> bool:
    """Controls, spaces, and the selectors that only choose how the character before them is drawn."""
    return unicodedata.category(c) in {"Cc", "Cf", "Zs", "Zl", "Zp"} or "\ufe00" <= c <= "\ufe0f" or c >= "\U000e0100"


@functools.lru_cache(maxsize=4)
def _digest_of(folder: Path, files: tuple[str, ...], state: State) -> str:
    """By content: a file subset anew may keep its size, and drawings kept under the old digest would then be stale."""
    described = [f"{file}:{hashlib.sha256((folder / file).read_bytes()).hexdigest()}" for file in files]
    whole = "\n".join([*described, (folder / "fonts.yaml").read_text("utf-8")])
    return hashlib.sha256(whole.encode()).hexdigest()


@functools.cache
def _read(path: Path) -> tuple[frozenset[int], float]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap()), font["hhea"].ascent / font["head"].unitsPerEm


def _own_folder(place: Path) -> Path:
    """A folder that nobody else can write to: another user may have made one of this name, with fonts of theirs."""
    place.mkdir(mode=0o700, exist_ok=True)
    found = place.lstat()
    is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022
    return place if is_ours else Path(tempfile.mkdtemp(prefix="portevoix-fontconfig-"))


def _point_fontconfig_at(folder: Path, emoji: str) -> None:
    cache = _own_folder(Path(tempfile.gettempdir()) / f"portevoix-fontconfig-{os.getuid()}")
    # Pango asks for the family "emoji" where a sequence is one; without an answer it takes any font that has the
    # letter.
    alias = (
        '<match target="pattern"><test name="family"><string>emoji</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{emoji}</string></edit></match>'
    )
    content = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder.resolve()}</dir><cachedir>{cache}</cachedir>{alias if emoji else ''}</fontconfig>"
    )
    config = cache / f"{hashlib.sha256(content.encode()).hexdigest()[:12]}.conf"
    if not config.exists():
        write_text(config, content, durable=False)
    os.environ["FONTCONFIG_FILE"] = str(config)
