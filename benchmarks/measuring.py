"""What a command costs: wall and CPU seconds, the memory of its whole process tree, the disk that its folder takes; and
a notebook.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import av

from portevoix.ffmpeg import KEEP_MEMORY
from portevoix.files import write_text

LOOK_EVERY_S = 0.2  # a look at the memory of a process tree
WEIGH_EVERY_S = 1.0  # a look at the folder, which costs more


@dataclass(frozen=True)
class Took:
    """One command's cost. `peak_bytes`: resident memory of its process tree, shared pages counted in each process."""

    wall_s: float
    cpu_s: float
    peak_bytes: int = 0
    disk_bytes: int = 0
    load: float = 0.0
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """A command, its folder, and what is set in its environment.

    `weighed`: the folder whose size is watched. `silent_s`: without any work for so long it is taken for hung; 0:
    never.
    """

    words: Sequence[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    weighed: Path | None = None
    silent_s: float = 0


def watched(command: Command, film: Path, pictures: int) -> dict[str, Any]:
    """A draft that grows: seconds until `pictures` of it can be decoded, until it is whole, and how long it plays."""
    load, started = os.getloadavg()[0], time.monotonic()
    growing, seen_s = film.with_name(f"{film.name}.part"), 0.0
    with subprocess.Popen(
        command.words, cwd=command.folder, env={**os.environ, **command.environment}, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            if not seen_s and growing.exists() and _pictures(growing, pictures) == pictures:
                seen_s = time.monotonic() - started
            time.sleep(0.02)
    whole_s = time.monotonic() - started
    seen_s = seen_s or (whole_s if film.exists() else 0.0)  # a short one may be whole between two looks
    if process.returncode or not seen_s:
        raise RuntimeError(
            f"the draft ended with code {process.returncode}, and its beginning was seen after {seen_s} s"
        )
    with av.open(str(film)) as container:
        rate = container.streams.video[0].average_rate
    plays_s = float(_pictures(film) / rate)
    return {"seen_s": seen_s, "wall_s": whole_s, "plays_s": plays_s, "load": round(load, 2)}


def _pictures(film: Path, most: int | None = None) -> int:
    """How many pictures can be decoded, up to `most`; 0 of a file that has no head yet."""
    try:
        with av.open(str(film)) as container:
            return sum(1 for _ in islice(container.decode(video=0), most))
    except av.FFmpegError:
        return 0


class Hung(RuntimeError):
    """A command that waits for nothing that could come."""


def measured(command: Command) -> Took:
    """Run a command to its end. Raises RuntimeError with its last words where it fails, Hung where it hung and was
    killed.
    """
    load, started = os.getloadavg()[0], time.monotonic()
    # The setting of memory that ours has too: it is worth half of a large ffmpeg's system time.
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **KEEP_MEMORY, **command.environment},
        start_new_session=True,
    )
    watch = _Watch(process.pid, command)
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read() if process.stderr else b""))
    reader.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        wall_s = time.monotonic() - started
        watch.end()
        reader.join()
    if watch.hung:
        raise Hung(f"{command.words[0]} did nothing for {command.silent_s:.0f} s and was killed")
    if process.returncode:
        words = b"".join(said).decode("utf-8", "replace").strip().splitlines()[-6:]
        raise RuntimeError(f"{command.words[0]} ended with code {process.returncode}: {'; '.join(words)}")
    return Took(wall_s, usage.ru_utime + usage.ru_stime, watch.peak_bytes, watch.disk_bytes, round(load, 2))


def several(commands: Sequence[Command], at_once: int) -> Took:
    """All commands, so many at once: the wall seconds until the last one's end, the CPU seconds of all."""
    started = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        took = list(pool.map(measured, commands))
    peaks = sorted((one.peak_bytes for one in took), reverse=True)[:at_once]
    return Took(time.monotonic() - started, sum(t.cpu_s for t in took), sum(peaks), 0, max(t.load for t in took))


class _Watch:
    """The largest memory of a process tree, and the largest size of a folder, until `end`; kills what hangs."""

    def __init__(self, pid: int, command: Command) -> None:
        self.pid, self.weighed, self.silent_s = pid, command.weighed, command.silent_s
        self.peak_bytes = self.disk_bytes = 0
        self.hung = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        weighed_at, worked, worked_at = 0.0, 0, time.monotonic()
        while not self._ended.wait(LOOK_EVERY_S):
            if self.silent_s and (ticks := _ticks(self.pid)) != worked:
                worked, worked_at = ticks, time.monotonic()
            elif self.silent_s and time.monotonic() - worked_at > self.silent_s:
                self.hung = True
                os.killpg(self.pid, signal.SIGKILL)
                return
            self.peak_bytes = max(self.peak_bytes, sum(map(_resident_bytes, _tree(self.pid))))
            if self.weighed and time.monotonic() - weighed_at > WEIGH_EVERY_S:
                self.disk_bytes, weighed_at = max(self.disk_bytes, bytes_in(self.weighed)), time.monotonic()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()
        if self.weighed:
            self.disk_bytes = max(self.disk_bytes, bytes_in(self.weighed))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [(task / "children").read_text("ascii").split() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:  # it has ended meanwhile
        return
    for child in (child for found in children for child in found):
        yield from _tree(int(child))


def _ticks(pid: int) -> int:
    """The CPU time that a process has used, in the kernel's ticks."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def processor_s(pid: int) -> float:
    """The processor time that a process, those that it has started and those that have ended under them have used."""
    ticks = 0
    for one in _tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def bytes_in(folder: Path) -> int:
    """What the files of a folder take; one that vanishes meanwhile counts nothing."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(f"{where}/{name}").st_size
            except FileNotFoundError:
                continue
    return total


class Notebook:
    """Every measurement, written down as soon as it is made: an interrupted run goes on where it was."""

    def __init__(self, file: Path, head: dict[str, Any]) -> None:
        """Open `file`; what was measured under another `head` (another form, other sources) is not kept."""
        self.file = file
        self.content: dict[str, Any] = {"head": head, "parts": {}}
        if file.exists() and (kept := json.loads(file.read_text("utf-8")))["head"] == head:
            self.content = kept

    @property
    def parts(self) -> dict[str, dict[str, Any]]:
        """What was measured: by part, by item."""
        parts: dict[str, dict[str, Any]] = self.content["parts"]
        return parts

    def forget(self, part: str) -> None:
        self.parts.pop(part, None)

    def note(self, part: str, item: str, make: Callable[[], Took | dict[str, Any]]) -> dict[str, Any]:
        """The measurement `item` of a part: the one that is written down, else `make` is called."""
        items = self.parts.setdefault(part, {})
        if item not in items:
            print(f"  {part}: {item} …", end="", flush=True)
            made = make()
            items[item] = _rounded(asdict(made) if isinstance(made, Took) else made)
            self._write()
            print(f" {_told(items[item])}", flush=True)
        found: dict[str, Any] = items[item]
        return found

    def end(self, figures: dict[str, Any]) -> None:
        self.content["figures"] = _rounded(figures)
        self._write()

    def _write(self) -> None:
        write_text(self.file, json.dumps(self.content, indent=1, ensure_ascii=False) + "\n", durable=False)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items() if item != {}}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def _told(item: dict[str, Any]) -> str:
    if "wall_s" in item:
        cpu = f", CPU {item['cpu_s']:.1f} s" if "cpu_s" in item else ""
        return f"{item['wall_s']:.1f} s{cpu}, load {item['load']}"
    return ", ".join(f"{name} {value}" for name, value in item.items() if isinstance(value, int | float | str))
