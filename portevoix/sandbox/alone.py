"""A reader in a program of its own, where there is bubblewrap and no Landlock: dearer, since Python begins anew."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from portevoix.sandbox.client import ENVIRONMENT, Ended, as_message, run
from portevoix.sandbox.confined import OUT_OF_MEMORY, Task, answered, task_from
from portevoix.sandbox.frames import message, parsed
from portevoix.sandbox.libraries import running

PROGRAM = running("portevoix.sandbox.alone")
ANSWER = "answer.frame"
BEGINS_WITH_BYTES = 1_000_000_000  # of address space: Python and its libraries


def run_alone(task: Task) -> Ended:
    """Run a task that calls a function as a program of its own. Raises TookTooLong."""
    more = replace(task.limits, memory_bytes=task.limits.memory_bytes + BEGINS_WITH_BYTES)
    command = (*PROGRAM, as_message(task).decode())
    ended = run(replace(task, limits=more, program=command, environment=tuple(ENVIRONMENT.items())))
    file = Path(task.folder) / ANSWER
    if not file.is_file():
        return ended
    answer = parsed(file.read_bytes())
    file.unlink()
    return replace(ended, answer=answer)


def main(task: Task) -> None:
    """Call the task's function and leave its answer in the folder."""
    try:
        Path(ANSWER).write_bytes(message(*answered(task)))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main(task_from(sys.argv[1].encode()))
