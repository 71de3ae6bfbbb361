"""`portevoix frame`: where the camera looks in a job's clips, as files to read and correct."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portevoix.cli.console import (
    DEFAULT_STORE,
    HousePlace,
    StorePlace,
    console,
    errors_reported,
    say,
    usage_error,
    write_sheets,
)
from portevoix.cli.places import store_at
from portevoix.drawing.artist import Artist
from portevoix.framing.path_file import as_text, keep_or_write
from portevoix.framing.pictures import Stretch, stretch_of
from portevoix.library import load_library
from portevoix.order import Filmed, filmed
from portevoix.sources.bars import picture_area
from portevoix.store import Store

if TYPE_CHECKING:
    from portevoix.framing.path import CameraPath


def frame(
    job: Annotated[Path, typer.Argument(help="The job, a YAML file.", show_default=False)],
    clip: Annotated[int | None, typer.Option(min=1, help="Which clip, counted from 1. [default: all]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="A .png of every shot with its window; further pages get -2, -3 …")
    ] = None,
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
) -> None:
    """Write where the camera looks, to be read and corrected. A file that is there already is kept, and drawn."""
    with errors_reported():
        library = load_library(house)
        artifacts = store_at(store)
        clips = filmed(job, library, artifacts)
        if clip is not None and clip > len(clips):
            raise usage_error(f"--clip {clip}: the job has {len(clips)} clip{'s' * (len(clips) > 1)}")
        if sheet and sheet.suffix.lower() != ".png":
            raise usage_error(f"--sheet {sheet}: a contact sheet is a PNG; call it {sheet.stem}.png")
        chosen = [one for one in clips if clip in (None, one.number)]
        held = [(one, *_settle(one, force, artifacts)) for one in chosen]
        if sheet:
            from portevoix.cli.sheets.camera import camera_sheets

            artist = Artist(library, library.default_kit, artifacts)
            pages = (
                page
                for one, stretch, path in held
                for page in camera_sheets(f"clip {one.number}", stretch, path, artist)
            )
            write_sheets(pages, sheet)


def _settle(one: Filmed, force: bool, store: Store) -> tuple[Stretch, CameraPath]:
    from portevoix.framing.follow import camera_path  # here: every other command does without

    stretch = stretch_of(one.clip, one.source, picture_area(one.source, store))
    found = camera_path(stretch, store)
    path, written = keep_or_write(found, one.source, one.file, one.shown_as, force)
    same = written or as_text(path, one.source) == as_text(found, one.source)
    state = "written" if written else "as found" if same else "kept: it was corrected; --force finds it anew"
    verdicts = [shot.verdict for shot in path.shots]
    counted = ", ".join(f"{verdicts.count(v)} {v}" for v in dict.fromkeys(verdicts))
    say(f"clip {one.number}: {one.shown_as} ({state}): {counted}")
    if not one.clip.path:
        console.print(
            f"    to use it: `path: {one.shown_as}` in the clip, and `fit: follow`",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    return stretch, path
