"""`portevoix captions`: check, convert, align and preview caption files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from portevoix.authoring.language import Language
from portevoix.captions.cue import Cue
from portevoix.captions.files.convert import convert as convert_file
from portevoix.captions.files.read import read_captions
from portevoix.captions.reading_language import second_language
from portevoix.captions.rules import Finding, Reviewed, review
from portevoix.cli.console import (
    DEFAULT_STORE,
    DONE,
    FAILED,
    HousePlace,
    StorePlace,
    counted,
    errors_reported,
    kit_named,
    say,
    usage_error,
    write_sheets,
)
from portevoix.cli.places import store_at
from portevoix.cli.sheets.captions import contact_sheets
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.errors import suggestion
from portevoix.framing.cuts import cuts
from portevoix.framing.pictures import Stretch
from portevoix.library import Library, load_library
from portevoix.plan.review import lines_in
from portevoix.sources.bars import picture_area
from portevoix.sources.probe import Source, UnusableSource, probe
from portevoix.store import Store
from portevoix.timing import clock

app = typer.Typer(no_args_is_help=True, help="Check, convert, align and preview caption files.")

Code = Annotated[
    str | None, typer.Option("--language", help="The words' language. [default: the name's, as in film.fr.srt]")
]
Format = Annotated[str, typer.Option("--format", help="wide, square, portrait or story.")]
Kit = Annotated[str, typer.Option("--kit", help="The brand kit that says how captions look.")]
Media = Annotated[Path | None, typer.Option("--media", help="The film, for its cuts, its length and its picture.")]
Encoding = Annotated[str, typer.Option("--encoding", help="The file's, where its letters do not show it, e.g. cp1250.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command()
def check(
    file: Path,
    language: Code = None,
    format: Format = "wide",
    beside: Annotated[
        str | None,
        typer.Option(help="FILE or FILE:LANGUAGE, the same film in another language: numbers, names, words compared."),
    ] = None,
    media: Media = None,
    kit: Kit = "",
    encoding: Encoding = "",
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
    as_json: AsJson = False,
) -> None:
    """Look at a file as a subtitler would before signing. Ends with 1 where an error was found."""
    with errors_reported():
        library = load_library(house)
        profile, canvas = _profile(language, (file,), library), _canvas(format)
        captions = read_captions(file, profile.code, encoding=encoding)
        artist = Artist(library, kit_named(kit, library), store_at(store))
        source = _source(media)
        findings = review(
            Reviewed(
                captions.cues,
                profile,
                fps=source.fps if source else Fraction(25),
                format=format,
                lines=lines_in(artist, profile, canvas, str(file)),
                beside=_beside(beside, profile, library),
                cuts_s=_cuts(source, artist.store) if source else (),
                end_s=source.duration_s if source else None,
            )
        )
    for repair in captions.repairs if not as_json else ():
        say(f" {repair}", "mended")
    texts = [cue.text for cue in captions.cues]
    if not as_json and (said := second_language(texts, profile, library.languages.values())):
        say(f" {file}: {said}; send a file for each", "warning")
    for finding in findings:
        print(json.dumps(_json_of(finding, file), ensure_ascii=False)) if as_json else _print(finding, file)
    errors = sum(finding.strictness == "error" for finding in findings)
    if not as_json:
        warnings = len(findings) - errors
        say(f"{counted(len(captions.cues), 'cue')}, {counted(errors, 'error')}, {counted(warnings, 'warning')}")
    with errors_reported():
        artist.raise_faults()  # what no layout can set: letters that no font holds, a word that is too wide
    raise typer.Exit(FAILED if errors else DONE)


@app.command()
def convert(
    source: Path,
    target: Path,
    language: Code = None,
    encoding: Encoding = "",
    house: HousePlace = None,
) -> None:
    """Read SOURCE, whatever its kind, and write TARGET by its ending: vtt, srt, ttml, dfxp, sbv or json."""
    with errors_reported():
        library = load_library(house)
        profile = _profile(language, (source, target), library)
        for note in convert_file(source, target, profile.code, encoding):
            say(note, "note")


@app.command()
def align(
    script: Annotated[Path, typer.Argument(help="The words: text, Markdown or DOCX.")],
    media: Annotated[Path, typer.Argument(help="The film or recording in which they are spoken.")],
    out: Annotated[Path, typer.Argument(help="The draft: a .vtt to correct.")],
    language: Code = None,
    house: HousePlace = None,
) -> None:
    """Time a script on its recording, by the pauses. Notes in the draft say which cues to check."""
    from portevoix.captions.aligning.align import align_file  # here: it measures sound, which no other command does

    with errors_reported():
        draft = align_file(script, media, _profile(language, (out, script), load_library(house)), out)
    for note in draft.notes:
        say(f"cue {note.number}: {note.message}", "note", "yellow" if note.doubtful else "dim")
    doubtful = len({note.number for note in draft.notes if note.doubtful})
    say(f"{counted(len(draft.cues), 'cue')} in {out}, {doubtful} of them in doubt: read it before it is used")


@app.command()
def preview(
    file: Path,
    out: Annotated[Path, typer.Argument(help="A .png; further pages get -2, -3 … before the ending.")],
    language: Code = None,
    format: Format = "wide",
    media: Media = None,
    kit: Kit = "",
    encoding: Encoding = "",
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
) -> None:
    """Draw a contact sheet of all cues as they will look."""
    with errors_reported():
        library = load_library(house)
        profile = _profile(language, (file,), library)
        if out.suffix.lower() != ".png":
            raise usage_error(f"{out}: a contact sheet is a PNG; call it {out.stem}.png")
        captions = read_captions(file, profile.code, encoding=encoding)
        artist = Artist(library, kit_named(kit, library), store_at(store))
        pages = contact_sheets(captions.cues, profile, _canvas(format), artist, _source(media))
        write_sheets(pages, out)


def _said_by_name(files: Sequence[Path], library: Library) -> str:
    """The language that a file's name ends with, as in `film.fr.srt` or `fr.vtt`."""
    ends = [file.stem.rpartition(".")[2].rpartition("_")[2] for file in files]
    found = next((end for end in ends if library.language(end)), None)
    if found is None:
        raise usage_error(f"{files[0]}: its name says no language; add --language, as in --language fr")
    return found


def _profile(asked: str | None, files: Sequence[Path], library: Library) -> Language:
    """The language that is asked for, else the one that a file's name says."""
    code = asked or _said_by_name(files, library)
    profile = library.language(code)
    if profile is None:
        raise usage_error(f"language {code!r} is not known; known: {', '.join(library.languages)}")
    return profile


def _canvas(name: str) -> Canvas:
    if name not in SIZES:
        raise usage_error(f"format {name!r} is not known; known: {', '.join(SIZES)}")
    return Canvas.of_format(name, draft=False)


def _cuts(source: Source, store: Store) -> tuple[Fraction, ...]:
    return cuts(Stretch(source, Fraction(0), source.duration_s, picture_area(source, store)), store)


def _source(media: Path | None) -> Source | None:
    if media is None:
        return None
    try:
        return probe(media.resolve())
    except UnusableSource as error:
        raise UnusableSource(f"{media} {error}") from None


def _beside(named: str | None, own: Language, library: Library) -> tuple[Language, tuple[Cue, ...]] | None:
    if named is None:
        return None
    path, code = _file_and_language(named, library)
    if not path:
        raise usage_error(f"--beside {named}: write FILE:LANGUAGE, e.g. scripts/fr.vtt:fr")
    profile = _profile(code, (Path(path),), library)
    if profile.code == own.code:
        raise usage_error(f"--beside {named}: is the same language; name a file of another one")
    return profile, read_captions(Path(path), profile.code).cues


def _file_and_language(named: str, library: Library) -> tuple[str, str | None]:
    """The file and, where it is given, the language of FILE:LANGUAGE; a file's own name may hold a colon."""
    path, colon, code = named.rpartition(":")
    if colon and library.language(code):
        return path, code
    if path and code and "." not in code and "/" not in code and not Path(named).is_file():
        known = suggestion(code, library.languages)
        raise usage_error(f"--beside {named}: {code!r} is no language that is known here; {known}")
    return named, None


def _json_of(finding: Finding, file: Path) -> dict[str, Any]:
    return {
        "file": str(file),
        "line": finding.line,
        "start_s": float(finding.start_s),
        "rule": finding.rule,
        "strictness": finding.strictness,
        "text": finding.text,
        "message": finding.message,
    }


def _print(finding: Finding, file: Path) -> None:
    colour = "red" if finding.strictness == "error" else "yellow"
    words = finding.text.replace("\n", " / ")
    say(f"{finding.rule}: {finding.message}", f"{file}:{finding.line}:", colour)
    say("", f"    {clock(finding.start_s)}  {words}")
