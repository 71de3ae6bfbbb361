"""A function of ours called on a stranger's file, confined: readers of films, photos, documents."""

from __future__ import annotations

import logging
import signal
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from portevoix.errors import PortevoixError
from portevoix.files import resolved
from portevoix.sandbox.alone import run_alone
from portevoix.sandbox.client import Ended, TookTooLong, run
from portevoix.sandbox.confined import OUT_OF_MEMORY, Task, callable_of
from portevoix.sandbox.frames import Kind
from portevoix.sandbox.landlock import Granted
from portevoix.sandbox.libraries import ASKED, SYSTEM, of_python
from portevoix.sandbox.limits import Limits
from portevoix.sandbox.way import Way, way

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Reading:
    """What a reader of strangers' files may take, and the libraries that it uses."""

    limits: Limits
    loads: tuple[str, ...] = ()


def call(
    function: Callable[..., Answer],
    arguments: Sequence[object],
    reads: Sequence[Path],
    reading: Reading,
    refusal: Callable[[str], PortevoixError],
    writes: Path | None = None,
) -> Answer:
    """What a function of a module answers to `arguments`, by its type hints, in a process that reads `reads` alone.

    Raises `refusal` with a sentence that begins with a verb: the function's own PortevoixError, or what stopped it.
    """
    from pydantic import ValidationError

    called = function.__module__, function.__qualname__
    known = callable_of(*called)
    given = tuple(kind.dump_python(one, mode="json") for kind, one in zip(known.arguments, arguments, strict=True))
    names = [str(name) for path in reads for name in (path.absolute(), resolved(path))]
    granted = Granted(reads=[*ASKED, *SYSTEM, *of_python(), *names])
    with tempfile.TemporaryDirectory() as own:
        folder = str((writes or Path(own)).resolve())
        task = Task(way(), reading.limits, granted, folder, (), (), *called, given, reading.loads)
        ended = _run(task, refusal)
    if ended.answer is None or ended.answer[0] != Kind.ANSWER:
        raise refusal(_why(ended, reading.limits, called[1]))
    try:
        answer: Answer = known.answer.validate_json(ended.answer[1])
    except ValidationError:
        raise refusal("was answered with what no reader says; do not send it again") from None
    return answer


def _run(task: Task, refusal: Callable[[str], PortevoixError]) -> Ended:
    try:
        return run(task) if task.way != Way.BUBBLEWRAP else run_alone(task)
    except TookTooLong:
        longest = task.limits.time_s
        raise refusal(f"takes longer than {longest:.0f} s to read; send a shorter or simpler file") from None


def _why(ended: Ended, limits: Limits, function: str) -> str:
    """What kept a reader from its answer."""
    kind, content = ended.answer or (Kind.ENDED, b"")
    said = content.decode("utf-8", "replace")
    if kind == Kind.REFUSAL:
        return said
    if ended.status == OUT_OF_MEMORY:
        return f"asks for more than {limits.memory_bytes / 1e6:,.0f} MB of memory to be read; export it again"
    if ended.status == -signal.SIGXCPU:
        return f"takes longer than {limits.cpu_s:.0f} s of a processor to read; send a shorter or simpler file"
    log.warning("the reader %s ended with %d: %s", function, ended.status, said or ended.log[-2000:])
    stumbled = said.strip().splitlines()[-1].partition(":")[0] if said.strip() else f"status {ended.status}"
    return f"cannot be read ({stumbled}); export it again"
