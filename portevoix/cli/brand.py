"""`portevoix brand`: list the kits, and draw what one of them looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portevoix.authoring.kit import load_kit
from portevoix.cli.console import errors_reported, print_table, usage_error, write_sheet
from portevoix.cli.sheets.brand import contact_sheet, load_specimen
from portevoix.drawing.canvas import SIZES
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.house import House
from portevoix.library import ROOT, load_library

app = typer.Typer(no_args_is_help=True, help="List the brand kits, and draw what one of them looks like.")
DIRECTIONS = ("fr", "ar")  # one language that is read from the left, one from the right


@app.command("list")
def list_kits() -> None:
    """List the brand kits."""
    with errors_reported():
        serving = Fonts(ROOT / "fonts").listed.scripts
        kits = [load_kit(ROOT / "brand" / name, serving)[0] for name in load_library().kits]
    rows: list[tuple[str, ...]] = [
        (kit.name, next(iter(kit.organisation.values())), kit.inherits or "") for kit in kits
    ]
    print_table(rows, "kit", "institution", "inherits")


@app.command()
def preview(
    kit: Annotated[str, typer.Argument(help="A kit of brand/.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="A .png; each language's code is added to its name.")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="May be given several times. [default: fr and ar]")
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", help="May be given several times. [default: all]")
    ] = None,
) -> None:
    """Draw a contact sheet of everything that a kit draws, in every format."""
    with errors_reported():
        library = load_library()
        if kit not in library.kits:
            raise usage_error(f"kit {kit!r} is not in brand/; known: {', '.join(library.kits)}")
        file = out or Path("build") / "brand" / f"{kit}.png"
        if file.suffix.lower() != ".png":
            raise usage_error(f"{file}: a contact sheet is a PNG; call it {file.stem}.png")
        for name in format or ():
            if name not in SIZES:
                raise usage_error(f"format {name!r} is not known; known: {', '.join(SIZES)}")
        worded = load_specimen(ROOT)[0].languages
        profiles = []
        for code in language or DIRECTIONS:
            profile = library.language(code)
            if profile is None or profile.code not in worded:
                raise usage_error(
                    f"language {code!r} has no words in brand/specimen; those that have: {', '.join(worded)}"
                )
            profiles.append(profile)
        fonts = Fonts(ROOT / "fonts")
        folder = ROOT / "brand" / kit
        house = House(load_kit(folder, fonts.listed.scripts)[0], folder, fonts)
        file.parent.mkdir(parents=True, exist_ok=True)
        for profile in profiles:
            sheet = contact_sheet(house, profile, ROOT, format or tuple(SIZES))
            write_sheet(sheet, file.with_stem(f"{file.stem}-{profile.code}"))
