"""`portevoix clips`: an editor's cut as the clips of a job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import errors_reported, usage_error
from portevoix.timing import parse_rate


def clips(
    cut: Annotated[Path, typer.Argument(help="An .otio, an .edl or Final Cut's .xml.", show_default=False)],
    media: Annotated[Path, typer.Option(help="The folder with the films.")] = Path("media"),
    fps: Annotated[str, typer.Option(help="The rate of an EDL, which it does not say.")] = "25",
) -> None:
    """Print an editor's cut as the `clips` of a job, frame by frame the same."""
    from portevoix.delivery.read_cut import as_yaml, read_cut  # here: no other command reads timelines

    try:
        rate = parse_rate(fps)
    except ValueError as error:
        raise usage_error(f"--fps: {error}") from None
    if not cut.is_file():
        raise usage_error(f"{cut} does not exist")
    with errors_reported():
        found = read_cut(cut, rate, media)
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    print(as_yaml(found, media.name), end="")
