"""Office files: a zip of XML parts, opened only after a look at what it would unpack to."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

MOST_UNPACKED_BYTES = 50_000_000  # ten thousand cues in seven languages unpack to under ten million
MOST_PARTS = 2_000
PIECE_BYTES = 1 << 20
USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# A document type could define entities; in UTF-8, and with a zero byte on either side of each letter in UTF-16.
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y")


def part_names(data: bytes) -> set[str]:
    """The names of a package's parts. Raises ValueError for a damaged one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return set(package.namelist())
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError):
        raise ValueError("is a damaged zip or office file; it did not arrive whole, send it again") from None


def other_package(names: set[str]) -> str:
    """What a package is that holds no captions, with its article."""
    known = {"xl/workbook.bin": "an XLSB workbook", "ppt/presentation.xml": "a presentation"}
    found = next((what for part, what in known.items() if part in names), "")
    if not found and "mimetype" in names and "content.xml" in names:
        found = "an OpenDocument file"
    return found or "a zip archive"


def check_package(data: bytes) -> None:
    """Raises ValueError for a package that unpacks to too much, is encrypted, or whose XML has a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
                raise ValueError(
                    f"unpacks to {unpacked:,} bytes in {len(parts):,} parts; at most {MOST_UNPACKED_BYTES:,} are read: "
                    "save the captions alone in a new file"
                )
            if any(part.compress_type not in USUAL for part in parts):  # others unpack without a bound
                raise ValueError("is packed as no office program does it; save it again")
            for part in parts:
                content = _unpacked(package, part)
                if part.filename.lower().endswith((".xml", ".rels")) and _DOCTYPE.search(content):
                    raise ValueError(f"holds a document type in {part.filename}, which is not read; save it again")
    except RuntimeError:
        raise ValueError("is protected by a password; save it without") from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        raise ValueError("is a damaged office file; it did not arrive whole, send it again") from None


def _unpacked(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part's bytes, never more than it says; their sum is wrong where it lies, and that raises BadZipFile.

    Asked for all at once, a reader would unpack all that there is.
    """
    with package.open(part) as unpacking:
        pieces = list(iter(lambda: unpacking.read(PIECE_BYTES), b""))
    return b"".join(pieces)
