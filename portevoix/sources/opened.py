"""A file opened with PyAV, its demuxer forced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av


def opened(path: Path, demuxer: str | None) -> Any:
    """The container of a file. Its titles may be in any old encoding, and none of them is read. Raises FFmpegError."""
    return av.open(str(path), format=demuxer, metadata_errors="replace")
