"""What a file is by its name, the same on every machine: what the system's own table says differs."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

CONTENT_TYPES = {
    ".ass": "text/x-ssa; charset=utf-8",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".otio": "application/json",
    ".png": "image/png",
    ".sbv": "text/plain; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".ttml": "application/ttml+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wav": "audio/wav",
}


def content_type(name: str) -> str:
    """The media type of a file of this name."""
    known = CONTENT_TYPES.get(PurePosixPath(name).suffix.lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"
