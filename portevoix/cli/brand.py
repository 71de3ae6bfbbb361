"""`portevoix brand`: list the kits, and draw what one of them looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import HousePlace, errors_reported, kit_named, print_table, usage_error, write_sheet
from portevoix.cli.sheets.brand import contact_sheet, load_specimen
from portevoix.drawing.canvas import SIZES
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import load_library

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


@app.command()
def preview(
    kit: Annotated[str, typer.Argument(help="A kit of the house, or a built-in one.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="A .png; each language's code is put before the ending.")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="May be given several times. [default: fr and ar]")
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", help="May be given several times. [default: all]")
    ] = None,
    place: HousePlace = None,
) -> None:
    """Draw a contact sheet of everything that a kit draws, in every format."""
    with errors_reported():
        library = load_library(place)
        found = library.kits[kit_named(kit, library)]
        file = out or Path("build") / "brand" / f"{kit}.png"
        if file.suffix.lower() != ".png":
            raise usage_error(f"{file}: a contact sheet is a PNG; call it {file.stem}.png")
        for name in format or ():
            if name not in SIZES:
                raise usage_error(f"format {name!r} is not known; known: {', '.join(SIZES)}")
        worded = load_specimen(library.root)[0].languages
        profiles = []
        for code in language or DIRECTIONS:
            profile = library.language(code)
            if profile is None or profile.code not in worded:
                raise usage_error(
                    f"language {code!r} has no words in brand/specimen; those that have: {', '.join(worded)}"
                )
            profiles.append(profile)
        house = Identity(found.values, found.logos, Fonts(library.root / "fonts"))
        file.parent.mkdir(parents=True, exist_ok=True)
        for profile in profiles:
            sheet = contact_sheet(house, profile, library.root, format or tuple(SIZES))
            write_sheet(sheet, file.with_stem(f"{file.stem}-{profile.code}"))
