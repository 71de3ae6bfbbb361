"""`portevoix doctor`: whether this machine can do the work."""

from __future__ import annotations

import typer

from portevoix.cli.console import DONE, FAILED, HousePlace, say
from portevoix.library import ROOT


def doctor(house: HousePlace = None) -> None:
    """Check the installation: ffmpeg, codecs, filters, the house, fonts, text engine, disk."""
    from portevoix.doctor import examine  # here: it looks at every library

    findings = examine(ROOT, house)
    for finding in findings:
        mark, colour = ("ok ", "green") if finding.good else ("bad", "red")
        say(f"{finding.subject}: {finding.state}", mark, colour)
        if not finding.good:
            say(f"    remedy: {finding.remedy}")
    raise typer.Exit(DONE if all(f.good for f in findings) else FAILED)
