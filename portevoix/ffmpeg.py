"""The one place that starts ffmpeg, and the limits under which it works."""

from __future__ import annotations

import functools
import os
import resource
import shutil
import subprocess
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from portevoix.accepted import forced
from portevoix.errors import BrokenInstallation, RenderFailed
from portevoix.sandbox import Limits, TookTooLong, run_program

MOST_MEMORY_BYTES = 12_000_000_000  # of one ffmpeg: 80 pictures of that size, which an encoder looks ahead by
MOST_FILE_BYTES = 32_000_000_000
MOST_DESCRIPTORS = 1024  # an input each: a batch may have some hundred drawings
# Frames are freed and taken again all the time; kept by the process, they cost no page faults (on a clean branch
# 0.08 s of system time instead of 0.53).
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
# It is said in words alone: exit codes for a full disk differ between versions (1 in 5.1, 228 in 9.0).
OF_THE_MACHINE = {
    "No space left on device": "the disk is full; free it and try again",
    "Cannot allocate memory": "there is no memory left; try again with fewer workers",
    "File too large": "a file grew larger than this machine allows",
}
_lock = threading.Lock()
encoder_starts = (
    0  # how many processes with an encoder this process has started; read by tests and by a worker's counts
)


@functools.cache
def executable() -> str:
    """The ffmpeg of this installation: PORTEVOIX_FFMPEG, else the one inside imageio-ffmpeg."""
    named = os.environ.get("PORTEVOIX_FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe()
    if shutil.which(named) is None:
        raise BrokenInstallation(f"ffmpeg {named!r} cannot be started; set PORTEVOIX_FFMPEG or run `make setup` again")
    return named


@functools.cache
def build() -> str:
    """The version line of ffmpeg and of x264: part of every key, since another build makes other bytes."""
    lines = subprocess.run([executable(), "-version"], capture_output=True, text=True, check=True).stdout.splitlines()
    return lines[0].split(" Copyright")[0]


def names_of(what: str) -> set[str]:
    """The names of its `encoders` or `filters`. Raises CalledProcessError where it does not list them."""
    listed = subprocess.run(
        [executable(), "-hide_banner", f"-{what}"], capture_output=True, text=True, check=True
    ).stdout
    return {word for line in listed.splitlines() for word in line.split()[1:2]}


def input_options(demuxer: str) -> dict[str, Any]:
    """Options before an input: what any reader is forced to, and one thread."""
    return {**forced(demuxer), "f": demuxer, "threads": 1}


def run(arguments: Sequence[str], folder: Path, deadline_s: float, encodes: bool = True) -> str:
    """Run ffmpeg in `folder`, confined: it reads its inputs and writes to the folder. Returns its log.

    Raises RenderFailed, also at the deadline.
    """
    global encoder_starts  # noqa: PLW0603 - a plain counter
    if encodes:
        with _lock:
            encoder_starts += 1
    command = [executable(), "-nostdin", "-hide_banner", "-y", *arguments]
    try:
        ended = run_program(command, folder, _read_by(arguments, folder), _limits(deadline_s), KEEP_MEMORY)
    except TookTooLong:
        raise RenderFailed(
            f"ffmpeg was stopped after {deadline_s:.0f} s without an end; try with a shorter clip", scarce=True
        ) from None
    if ended.status:
        words = "; ".join(line for line in ended.log.splitlines()[-4:] if line.strip())
        why = _why(words)
        raise RenderFailed(f"ffmpeg ended with code {ended.status}{why}", words, scarce=bool(why))
    return ended.log


def _read_by(arguments: Sequence[str], folder: Path) -> list[Path]:
    """The files outside `folder` that ffmpeg reads: its inputs, and what the folder's links lead to."""
    inputs = [folder / file.removeprefix("file:") for option, file in pairwise(arguments) if option == "-i"]
    return [*inputs, *(file for file in folder.iterdir() if file.is_symlink())]


def _limits(deadline_s: float) -> Limits:
    """What one ffmpeg may take: its limits of memory and of a file's size are this process's own, where it has some."""
    memory, file = (resource.getrlimit(what)[0] for what in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE))
    return Limits(
        memory_bytes=MOST_MEMORY_BYTES if memory == resource.RLIM_INFINITY else memory,
        cpu_s=deadline_s * len(os.sched_getaffinity(0)),
        time_s=deadline_s,
        file_bytes=MOST_FILE_BYTES if file == resource.RLIM_INFINITY else file,
        descriptors=MOST_DESCRIPTORS,
    )


def _why(words: str) -> str:
    """What the last words of ffmpeg mean, where it lies with the machine."""
    return next((f": {meaning}" for said, meaning in OF_THE_MACHINE.items() if said in words), "")
