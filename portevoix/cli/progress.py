"""How a render's progress is shown: a bar in a terminal, a line for each tenth elsewhere, or JSON events."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from portevoix.cli.console import console, counted
from portevoix.render.run import Progress


def tenths_told() -> Progress:
    """What tells progress where nobody sees a bar grow: a line on the error output for each tenth."""
    told = [0]

    def show(event: dict[str, Any]) -> None:
        if event["event"] == "planned":
            videos = counted(event["videos"], "video")
            print(f"{videos}, about {event['estimate_s']:.0f} s", file=sys.stderr, flush=True)
        if event["event"] == "step":
            tenth = 10 * event["frames_done"] // max(event["frames"], 1)
            if tenth > told[-1]:
                told.append(tenth)
                print(f"rendering {10 * tenth} %", file=sys.stderr, flush=True)

    return show


@contextmanager
def progress(as_json: bool) -> Iterator[Any]:
    if as_json:
        yield lambda event: print(json.dumps(event, ensure_ascii=False), flush=True)
        return
    if not sys.stdout.isatty():
        yield tenths_told()
        return
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("planning", total=None)

        def show(event: dict[str, Any]) -> None:
            if event["event"] == "step":
                bar.update(task, description="rendering", completed=event["frames_done"], total=max(event["frames"], 1))

        yield show
