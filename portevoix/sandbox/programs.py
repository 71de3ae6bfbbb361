"""A program run confined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from portevoix.sandbox.client import Ended, run
from portevoix.sandbox.confined import Task
from portevoix.sandbox.landlock import Granted
from portevoix.sandbox.libraries import ASKED, SYSTEM
from portevoix.sandbox.limits import Limits
from portevoix.sandbox.way import way


def run_program(
    command: Sequence[str], folder: Path, reads: Sequence[Path], limits: Limits, environment: Mapping[str, str]
) -> Ended:
    """Run a program in `folder`, where it may write; elsewhere it reads what is named, and libraries.

    Raises TookTooLong.
    """
    own = Path(command[0]).resolve()
    granted = Granted(
        reads=[*ASKED, *(str(path.resolve()) for path in reads)],
        executes=[str(own), *SYSTEM],
    )
    program = (str(own), *command[1:])
    return run(Task(way(), limits, granted, str(folder.resolve()), program, tuple(environment.items())))
