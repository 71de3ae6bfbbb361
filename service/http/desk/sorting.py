"""What a file that was dropped is: a clip, a photo, a sound, captions of a language; by the readers of a render."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.captions.cue import CaptionFile
from portevoix.captions.files.read import read_captions
from portevoix.captions.scripts import is_of_script, letters_of
from portevoix.errors import Fault, InvalidInput, PortevoixError
from portevoix.library import Library
from portevoix.sources.photo import look_at_photo
from portevoix.sources.probe import probe
from portevoix.sources.sniff import PICTURE_ALONE, SOUND_ALONE, demuxer_of
from portevoix.sources.sound_file import probe_sound

CLIP, PHOTO, SOUND, CAPTIONS = "clip", "photo", "sound", "captions"
KANA = ("HIRAGANA", "KATAKANA")  # Japanese is known by these: it shares the others with Chinese
HAN = {"Hans": "gb2312", "Hant": "big5"}  # what only one of the two ways of writing Chinese can be kept in
OWN = {  # letters by which a language is known among those of its script
    "de": "ßä",
    "es": "ñ¿¡",
    "fa": "پچژگ",
    "pt": "ãõ",
    "ru": "ыэёъ",
    "tr": "ğışİ",
    "uk": "іїєґ",
}
LETTERED = 0.2  # what one of them counts for
NAMED = 0.25  # what a language's code in a file's name counts for, beside the share of its small words
READ = 4_000  # characters of a file that say its language


@dataclass(frozen=True)
class Sorted:
    """A file, sorted. `facts`: width, height, seconds, cues, encoding, as far as it has them; `repairs`: what its
    reader mended.
    """

    kind: str
    language: str | None
    facts: dict[str, str | int | float]
    repairs: list[str]
    faults: list[str]


def sort(path: Path, name: str, library: Library, language: str | None) -> Sorted:
    """What a file is, whatever it is called. `language`: of captions, where somebody has said it."""
    demuxer = demuxer_of(path)
    kind = PHOTO if demuxer in PICTURE_ALONE else SOUND if demuxer in SOUND_ALONE else CLIP if demuxer else CAPTIONS
    with _called(path, name) as file:
        try:
            if kind == CAPTIONS:
                return _captions(file, library, language)
            return Sorted(kind, None, _facts(kind, file), [], [])
        except InvalidInput as error:
            return Sorted(kind, language, {}, [], [_said(fault) for fault in error.faults])
        except PortevoixError as error:
            return Sorted(kind, None, {}, [], [str(error)])


def language_of(text: str, name: str, languages: Iterable[Language]) -> str | None:
    """The language of a text: by its letters, its small words and what its file is called; None where nothing says."""
    stems = set(re.split(r"[^a-z0-9]+", Path(name).stem.lower()))
    scored = {language.code: _likeness(text[:READ], language, stems) for language in languages}
    best = max(scored, key=lambda code: scored[code], default=None)
    return best if best and scored[best] > 0 else None


def _likeness(text: str, language: Language, stems: set[str]) -> float:
    letters = letters_of(text)
    kana = sum(unicodedata.name(letter, "").startswith(KANA) for letter in letters)
    ours = kana if language.script == "Jpan" else sum(is_of_script(letter, language.script) for letter in letters)
    if ours < (0.1 if language.script == "Jpan" else 0.5) * max(1, len(letters)):
        return 0
    words = re.findall(r"[^\W\d_]+['’]?", text.lower())
    small = {word.replace("’", "'") for word in language.keep_with_next}
    known = sum(word.replace("’", "'") in small for word in words) / max(1, len(words))
    if encoding := HAN.get(language.script):
        known = sum(bool(c.encode(encoding, "ignore")) for c in text) / len(text) - kana
    said = {
        language.code.lower(),
        language.english_name.lower(),
        language.name.lower(),
        *language.code.lower().split("-"),
    }
    alone = 0.2 if language.script == "Jpan" else 0.0 if language.script == "Latn" else 0.02
    own = LETTERED * bool(set(OWN.get(language.code, "")) & set(text))
    return known + alone + own + NAMED * bool(stems & said)


def _captions(file: Path, library: Library, language: str | None) -> Sorted:
    if language is None:
        language = language_of(_text(file, library), file.name, library.languages.values())
    read = read_captions(file, language or "", Path(file.name))
    facts: dict[str, str | int | float] = {"cues": len(read.cues), "encoding": read.encoding}
    facts["seconds"] = float(read.cues[-1].end_s)
    return Sorted(CAPTIONS, language, facts, [said.removeprefix(f"{file.name}:") for said in read.repairs], [])


def _text(file: Path, library: Library) -> str:
    """A caption file's words, read in the old encoding that makes most sense of them where it is not Unicode."""
    first = _words(file, "")
    if first is not None:
        return first
    read = {code: _words(file, code) or "" for code in library.languages}
    return max(
        read.values(), key=lambda text: max(_likeness(text[:READ], x, set()) for x in library.languages.values())
    )


def _words(file: Path, language: str) -> str | None:
    try:
        found: CaptionFile = read_captions(file, language)
    except InvalidInput:
        return None
    return "\n".join(cue.text for cue in found.cues)


def _facts(kind: str, file: Path) -> dict[str, str | int | float]:
    if kind == PHOTO:
        photo = look_at_photo(file)
        return {"width": photo.width, "height": photo.height}
    if kind == SOUND:
        return {"seconds": float(probe_sound(file).duration_s)}
    source = probe(file)
    width, height = source.display_size
    return {"width": width, "height": height, "seconds": float(source.duration_s)}


@contextmanager
def _called(path: Path, name: str) -> Iterator[Path]:
    """The file under its own name, which readers ask where its bytes do not say what it is."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.symlink_to(path.resolve())
        yield file


def _said(fault: Fault) -> str:
    return f"{fault.line}: {fault.message}" if fault.line else fault.message
