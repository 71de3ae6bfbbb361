"""A function of ours called on a stranger's file, confined: readers of films, photos, documents."""

from __future__ import annotations

import logging
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from portevoix.errors import PortevoixError
from portevoix.sandbox.alone import run_alone
from portevoix.sandbox.client import Ended, TookTooLong, run
from portevoix.sandbox.confined import OUT_OF_MEMORY, Task
from portevoix.sandbox.frames import Kind
from portevoix.sandbox.landlock import Granted
from portevoix.sandbox.libraries import ASKED, SYSTEM, of_python
from portevoix.sandbox.limits import Limits
from portevoix.sandbox.way import Way, way

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def call(
    function: Callable[..., Answer],
    arguments: Sequence[object],
    reads: Sequence[Path],
    limits: Limits,
    refusal: Callable[[str], PortevoixError],
    writes: Path | None = None,
) -> Answer:
    """What a function of a module answers to `arguments`, by its type hints, in a process that reads `reads` alone.

    Raises `refusal` with a sentence that begins with a verb: the function's own PortevoixError, or what stopped it.
    """
    from pydantic import TypeAdapter, ValidationError

    hints = get_type_hints(function)
    named = [name for name in hints if name != "return"]
    given = [TypeAdapter(hints[n]).dump_python(a, mode="json") for n, a in zip(named, arguments, strict=True)]
    granted = Granted(reads=[*ASKED, *SYSTEM, *of_python(), *(str(path.resolve()) for path in reads)])
    with tempfile.TemporaryDirectory() as own:
        folder = str((writes or Path(own)).resolve())
        name = function.__module__, function.__qualname__
        task = Task(way(), limits, granted, folder, module=name[0], function=name[1], arguments=tuple(given))
        try:
            ended = run(task) if task.way != Way.BUBBLEWRAP else run_alone(task)
        except TookTooLong:
            raise refusal(f"takes longer than {limits.time_s:.0f} s to read; send a shorter or simpler file") from None
    if ended.answer is None or ended.answer[0] != Kind.ANSWER:
        raise refusal(_why(ended, limits, name[1]))
    try:
        answer: Answer = TypeAdapter[Any](hints["return"]).validate_json(ended.answer[1])
    except ValidationError:
        raise refusal("was answered with what no reader says; do not send it again") from None
    return answer


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
