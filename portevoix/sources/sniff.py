"""Which demuxer may read a file, by our own look at its first bytes.

ffmpeg's own probing would follow a playlist that calls itself `.mp4` to other files; a forced demuxer does not.
"""

from __future__ import annotations

from pathlib import Path

from portevoix.accepted import SOUNDS
from portevoix.files import check_regular

RIFF = {b"AVI ": "avi", b"WAVE": "wav", b"WEBP": "webp_pipe"}
SOUND_ALONE = SOUNDS  # demuxers without a picture, whose clock begins at 0
MAY_BE_FILM = ("ogg",)  # among these: with a picture it is a film
PICTURE_ALONE = ("png_pipe", "jpeg_pipe", "webp_pipe", "tiff_pipe", "heif")
STILL_BRANDS = {b"heic", b"heix", b"mif1", b"avif"}  # of photos in the boxes of MP4


def demuxer_of(path: Path) -> str | None:
    """ffmpeg's demuxer for the file, or None where it is none of the kinds that are let in. Raises OSError.

    Of a photo (`PICTURE_ALONE`) it is only a name: nobody opens it as a film.
    """
    check_regular(path)
    with path.open("rb") as file:
        head = file.read(512)
    if head[4:8] == b"ftyp" and head[8:12] in STILL_BRANDS:
        return "heif"
    if head[4:8] in {b"ftyp", b"moov", b"wide", b"mdat", b"free"}:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] in RIFF:
        return RIFF[head[8:12]]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png_pipe"
    if head[:4] in {b"II*\x00", b"MM\x00*"}:
        return "tiff_pipe"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg_pipe"
    if head.startswith(b"fLaC"):
        return "flac"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        return "aiff"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "mp3"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "mpegts"
    if len(head) > 388 and head[4] == head[196] == head[388] == 0x47:  # each packet after a time of its own (.m2ts)
        return "mpegts"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    return None
