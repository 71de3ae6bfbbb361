"""A file that is only heard: what it is, and whether it can be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av

from portevoix.files import check_regular
from portevoix.sources.opened import opened
from portevoix.sources.probe import digest_of
from portevoix.sources.reading import read
from portevoix.sources.sniff import PICTURE_ALONE, demuxer_of
from portevoix.sources.tracks import decodable, named
from portevoix.sources.unusable import UnusableSource


@dataclass(frozen=True)
class SoundFile:
    """A file that is used for its sound alone. `duration_s`: 0 where it does not say."""

    path: Path
    digest: str
    demuxer: str
    duration_s: Fraction = Fraction(0)


def probe_sound(path: Path) -> SoundFile:
    """Look at a file for its sound. Raises UnusableSource with a sentence for its author."""
    try:
        check_regular(path)
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        said = "does not exist; check the name and the folder" if absent else f"cannot be read: {error.strerror}"
        raise UnusableSource(said) from None
    return replace(read(look_at_sound, path), path=path)


def look_at_sound(path: Path) -> SoundFile:
    """Look at a file for its sound in this very process. Raises UnusableSource."""
    try:
        demuxer = demuxer_of(path)
        if demuxer is None or demuxer in PICTURE_ALONE:
            raise UnusableSource("is no sound file that is known here; send WAV, AIFF, FLAC, MP3, M4A, Ogg or a film")
        with opened(path, demuxer) as container:
            if not container.streams.audio:
                raise UnusableSource("has no sound; name another file")
            if not decodable(container.streams.audio[0]):
                codec = named(container.streams.audio[0])
                raise UnusableSource(f"has sound as {codec}, which is not read here; export it again as WAV or AAC")
            duration_s = Fraction(container.duration or 0, av.time_base)
            if next(container.decode(audio=0), None) is None:
                raise UnusableSource("holds no sound that can be decoded; send it again")
    except FileNotFoundError:
        raise UnusableSource("does not exist; check the name and the folder") from None
    except OSError as error:
        raise UnusableSource(f"cannot be read: {error.strerror}") from None
    except av.error.FFmpegError:
        raise UnusableSource("is damaged or cut short; send it again") from None
    return SoundFile(path, digest_of(path), str(demuxer), duration_s)
