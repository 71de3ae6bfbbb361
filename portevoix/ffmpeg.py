"""The one place that starts ffmpeg, and the limits under which it works."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from portevoix.errors import BrokenInstallation, RenderFailed

DECODERS = (  # what cameras and editors write; an exotic decoder is where the holes are found
    "h264,hevc,av1,libdav1d,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mpeg2video,prores,dnxhd,mjpeg,png,ffv1,rawvideo,"
    "dvvideo,cfhd,v210,qtrle,hap,jpeg2000,mpeg1video,theora,huffyuv,ffvhuff,h263,msmpeg4,wmv2,vc1,"
    "aac,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,"
    "pcm_s32be,pcm_f32be,pcm_f64le,pcm_f64be,pcm_s8,pcm_mulaw,pcm_alaw,pcm_bluray,pcm_dvd,"
    "adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,dca,truehd,wmav2"
)
LARGEST_PICTURE_PX = 8192 * 4320
# Frames are freed and taken again all the time; kept by the process, they cost no page faults (on a clean branch
# 0.08 s of system time instead of 0.53).
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
OF_THE_MACHINE = {
    "No space left on device": "the disk is full; free it and try again",
    "Cannot allocate memory": "there is no memory left; try again with fewer workers",
    "File too large": "a file grew larger than this machine allows",
}
_lock = threading.Lock()
encoder_starts = 0  # how many processes with an encoder this process has started; tests count work, not seconds


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
    """Options before an input: its demuxer forced, nothing but files, known decoders, bounded pictures."""
    return {
        "protocol_whitelist": "file",
        "format_whitelist": demuxer,
        "codec_whitelist": DECODERS,
        "max_pixels": LARGEST_PICTURE_PX,
        "f": demuxer,
        "threads": 1,
    }


def run(arguments: Sequence[str], folder: Path, deadline_s: float, encodes: bool = True) -> str:
    """Run ffmpeg in `folder` and return its log. Raises RenderFailed, also at the deadline."""
    global encoder_starts  # noqa: PLW0603 - a plain counter, read by tests alone
    if encodes:
        with _lock:
            encoder_starts += 1
    command = [executable(), "-nostdin", "-hide_banner", "-y", *arguments]
    if setpriv := shutil.which("setpriv"):
        command = [setpriv, "--pdeathsig", "KILL", *command]  # an encoder never outlives the process that wanted it
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, **KEEP_MEMORY},
        start_new_session=True,
    )
    try:
        _, log = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        _kill(process)
        raise RenderFailed(
            f"ffmpeg was stopped after {deadline_s:.0f} s without an end; try with a shorter clip"
        ) from None
    except BaseException:
        _kill(process)
        raise
    if process.returncode:
        words = "; ".join(line for line in log.splitlines()[-4:] if line.strip())
        raise RenderFailed(f"ffmpeg ended with code {process.returncode}{_why(words)}", words)
    return log


def _why(words: str) -> str:
    """What the last words of ffmpeg mean, where it lies with the machine."""
    return next((f": {meaning}" for said, meaning in OF_THE_MACHINE.items() if said in words), "")


def _kill(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
