"""`portevoix brand`: list the kits, and draw what one of them looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portevoix.authoring.language import Language
from portevoix.cli.console import (
    DEFAULT_STORE,
    HousePlace,
    StorePlace,
    errors_reported,
    kit_named,
    print_table,
    usage_error,
    write_sheet,
)
from portevoix.cli.places import store_at
from portevoix.cli.sheets.brand import contact_sheet, load_specimen
from portevoix.drawing.canvas import SIZES
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import Library, load_library

app = typer.Typer(no_args_is_help=True, help="List the brand kits, and draw what one of them looks like.")
DIRECTIONS = ("fr", "ar")  # one language that is read from the left, one from the right


@app.command("list")
def list_kits(house: HousePlace = None) -> None:
    """List the brand kits."""
    with errors_reported():
        kits = [kit.values for kit in load_library(house).kits.values()]
    rows: list[tuple[str, ...]] = [
        (kit.name, next(iter(kit.organisation.values())), kit.inherits or "") for kit in kits
    ]
    print_table(rows, "kit", "institution", "inherits")


Kit = Annotated[str, typer.Argument(help="A kit of the house, or a built-in one.", show_default=False)]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="May be given several times. [default: fr and ar]")
]


@app.command()
def preview(
    kit: Kit,
    out: Annotated[Path | None, typer.Option(help="A .png; each language's code is put before the ending.")] = None,
    language: Languages = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", help="May be given several times. [default: all]")
    ] = None,
    place: HousePlace = None,
) -> None:
    """Draw a contact sheet of everything that a kit draws, in every format."""
    with errors_reported():
        library = load_library(place)
        found = library.kits[kit_named(kit, library)]
        file, formats = _sheet(out, kit), _formats(format, tuple(SIZES))
        profiles = _profiles(language, library)
        house = Identity(found.values, found.logos, Fonts(library.root / "fonts"))
        file.parent.mkdir(parents=True, exist_ok=True)
        for profile in profiles:
            sheet = contact_sheet(house, profile, library.root, formats)
            write_sheet(sheet, file.with_stem(f"{file.stem}-{profile.code}"))


@app.command()
def motion(
    kit: Kit,
    out: Annotated[
        Path | None, typer.Option(help="A .png; each language's code and format is put before the ending.")
    ] = None,
    language: Languages = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", help="May be given several times. [default: wide and story]")
    ] = None,
    store: StorePlace = DEFAULT_STORE,
    place: HousePlace = None,
) -> None:
    """Draw strips of how a kit's cards come and go: ten frames of each move, as a film would have them."""
    with errors_reported():
        from portevoix.cli.sheets.motion import motion_sheet

        library = load_library(place)
        name = kit_named(kit, library)
        file, formats = _sheet(out, f"{kit}-motion"), _formats(format, ("wide", "story"))
        profiles = _profiles(language, library)
        file.parent.mkdir(parents=True, exist_ok=True)
        for profile in profiles:
            for frame in formats:
                sheet = motion_sheet(library, name, profile, frame, store_at(store))
                write_sheet(sheet, file.with_stem(f"{file.stem}-{profile.code}-{frame}"))


def _sheet(out: Path | None, name: str) -> Path:
    file = out or Path("build") / "brand" / f"{name}.png"
    if file.suffix.lower() != ".png":
        raise usage_error(f"{file}: a contact sheet is a PNG; call it {file.stem}.png")
    return file


def _formats(asked: list[str] | None, usual: tuple[str, ...]) -> tuple[str, ...]:
    for name in asked or ():
        if name not in SIZES:
            raise usage_error(f"format {name!r} is not known; known: {', '.join(SIZES)}")
    return tuple(asked or usual)


def _profiles(asked: list[str] | None, library: Library) -> list[Language]:
    worded = load_specimen(library.root)[0].languages
    profiles = []
    for code in asked or DIRECTIONS:
        profile = library.language(code)
        if profile is None or profile.code not in worded:
            raise usage_error(f"language {code!r} has no words in brand/specimen; those that have: {', '.join(worded)}")
        profiles.append(profile)
    return profiles
