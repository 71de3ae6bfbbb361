"""Pictures, sounds and films that strangers made to do harm: bombs, huge claims, tracks without number."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

from strange_texts import CLIP, PHOTO, SCRIPT, SOUND, Stranger, Traps

from portevoix import ffmpeg


def png(width: int, height: int, *chunks: tuple[bytes, bytes], pixels: bytes = b"") -> bytes:
    """A PNG that claims this size and holds these chunks and pixels."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = [head, *chunks, (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    made = [struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in body]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def pictures(traps: Traps) -> Iterator[Stranger]:
    """Pictures that claim, or unpack to, more than there is."""
    flood = zlib.compress(bytes(200_000_000), 9)
    yield Stranger("a picture of 60,000 pixels a side", "a.png", PHOTO, png(60_000, 60_000))
    yield Stranger("more pixels than it claims", "b.png", PHOTO, png(2, 2, pixels=bytes(100_000_000)))
    yield Stranger("a profile that unpacks without end", "c.png", PHOTO, png(2, 2, (b"iCCP", b"a\0\0" + flood)))
    yield Stranger("a text that unpacks without end", "d.png", PHOTO, png(2, 2, (b"zTXt", b"a\0\0" + flood)))
    yield Stranger("one pixel", "e.png", PHOTO, png(1, 1, pixels=b"\0\1\2\3"))
    entries = [
        (256, 4, 1, 2**31 - 1),
        (257, 4, 1, 2**31 - 1),
        (273, 4, 1, 8),
        (278, 4, 1, 2**31 - 1),
        (279, 4, 1, 2**32 - 1),
    ]
    fields = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    yield Stranger(
        "a TIFF of 2,147,483,647 lines",
        "a.tif",
        PHOTO,
        b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + fields + bytes(4),
    )
    yield Stranger(
        "a TIFF whose pages go round", "b.tif", PHOTO, b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8)
    )
    size = struct.pack(">II4sIII", 20, 0x69737065, b"", 0, 60_000, 60_000)
    heif = (
        b"\0\0\0\x18ftypavif\0\0\0\0avifmif1"
        + struct.pack(">I4sI", 12 + 8 + len(size), b"meta", 0)
        + b"\0\0\0\x08idat"
        + size
    )
    yield Stranger("a HEIF of 60,000 pixels a side", "a.avif", PHOTO, heif)
    yield Stranger(
        "a HEIF without an end",
        "b.avif",
        PHOTO,
        b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + struct.pack(">I4s", 0, b"meta") * 1000,
    )
    jpeg = (
        b"\xff\xd8\xff\xc2\0\x11\x08\xff\xdc\xff\xdc\3\1\x22\0\2\x11\0\3\x11\0"
        + b"\xff\xda\0\x0c\3\1\0\2\0\3\0\0\x3f\0"
        + bytes(1000)
    )
    yield Stranger("a progressive JPEG of 65,500 pixels a side", "a.jpg", PHOTO, jpeg)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{traps.canary}"/><image href="http://127.0.0.1:{traps.port}/"/></svg>'
    yield Stranger("a drawing that loads", "a.svg", PHOTO, svg.encode())
    yield Stranger("a drawing in the place of a photo", "b.jpg", PHOTO, svg.encode())
    font = struct.pack(">IHHHH", 0x10000, 1, 16, 0, 0) + b"glyf" + struct.pack(">III", 0, 28, 2**32 - 1)
    for ending, role in (("ttf", PHOTO), ("woff2", PHOTO), ("ttf", SCRIPT), ("otf", CLIP)):
        yield Stranger("a font that claims four gigabytes", f"a.{ending}", role, font + bytes(1000))


def _box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + kind + content


def movie(samples: int, elsewhere: bytes = b"") -> bytes:
    """A QuickTime film of raw pictures whose tables say that it has so many, in the file that `elsewhere` names."""
    described = b"raw \0\0\0\0\0\0\0\1" + bytes(16) + struct.pack(">HH", 2, 2) + bytes(50)
    described = struct.pack(">I", 4 + len(described)) + described
    place = _box(b"url ", struct.pack(">I", 0 if elsewhere else 1), elsewhere)
    tables = _box(
        b"stbl",
        _box(b"stsd", struct.pack(">II", 0, 1), described),
        _box(b"stts", struct.pack(">IIII", 0, 1, samples, 1)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, samples, 1)),
        _box(b"stsz", struct.pack(">III", 0, 12, samples)),
        _box(b"stco", struct.pack(">III", 0, 1, 8)),
    )
    inside = _box(b"minf", _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1), place)), tables)
    handler = _box(b"hdlr", bytes(4) + b"mhlrvide" + bytes(13))
    media = _box(b"mdia", _box(b"mdhd", struct.pack(">6I", 0, 0, 0, 25, samples, 0)), handler, inside)
    track = _box(b"trak", _box(b"tkhd", struct.pack(">6I", 1, 0, 0, 1, 0, samples) + bytes(60)), media)
    head = _box(b"mvhd", struct.pack(">5I", 0, 0, 0, 25, samples) + bytes(80))
    return _box(b"mdat", bytes(12)) + _box(b"moov", head, track)


def claims(traps: Traps) -> Iterator[Stranger]:
    """Films and sounds that say more of themselves than is there."""
    yield Stranger("sixty million pictures", "a.mov", CLIP, movie(60_000_000))
    yield Stranger("4,294,967,295 pictures", "b.mov", CLIP, movie(2**32 - 1))
    yield Stranger("pictures in another file", "c.mov", CLIP, movie(1, f"file://{traps.canary}\0".encode()))
    yield Stranger("pictures behind a port", "d.mov", CLIP, movie(1, f"http://127.0.0.1:{traps.port}/\0".encode()))
    yield Stranger("boxes within boxes", "e.mov", CLIP, b"\0\0\0\x08moov" + struct.pack(">I4s", 0, b"trak") * 50_000)
    wav = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0" + b"\xff" * 12 + b"\x18\0data\xff\xff\xff\xff"
    yield Stranger("a sound of 65,535 channels", "a.wav", SOUND, wav + bytes(4000))
    yield Stranger(
        "a FLAC of 2^36 samples",
        "a.flac",
        SOUND,
        b"fLaC\x80\0\0\x22\xff\xff\xff\xff\0\0\0\xff\xff\xff\x0a\xc4\x42\xff" + b"\xff" * 20,
    )
    yield Stranger("an ID3 head of 256 MB", "a.mp3", SOUND, b"ID3\4\0\0\x7f\x7f\x7f\x7fAPIC" + bytes(2000))
    ebml = (
        b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"
        + b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xfe" * 2000
    )
    yield Stranger("clusters without end", "a.mkv", CLIP, ebml)
    packet = b"\x47\x40\x00\x10\x00" + b"\x00\xb0\xff" + bytes(180)
    yield Stranger("a stream without a programme", "a.ts", CLIP, packet * 20_000)
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{traps.canary}\n".encode()
    yield Stranger("HLS in the subtitles of an AVI", "a.avi", CLIP, _avi_with_text(playlist))
    yield Stranger("nothing", "a.mp4", CLIP, b"")
    yield Stranger("nothing", "a.vtt", SCRIPT, b"")


def _avi_with_text(text: bytes) -> bytes:
    """An AVI whose one stream is subtitles (GAB2), which ffmpeg opens with whatever reads them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    def listed(kind: bytes, *contents: bytes) -> bytes:
        return chunk(b"LIST", kind + b"".join(contents))

    main = chunk(b"avih", struct.pack("<14I", 40_000, 0, 0, 16, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0))
    stream = chunk(b"strh", b"txts" + bytes(16) + struct.pack("<8I", 1, 25, 0, 1, 0, 0, 0, 0))
    gab = b"GAB2\0\2\0" + struct.pack("<I", 2) + b"a\0" + struct.pack("<HI", 4, len(text)) + text
    head = listed(b"hdrl", main, listed(b"strl", stream, chunk(b"strf", b"")))
    return chunk(b"RIFF", b"AVI " + head + listed(b"movi", chunk(b"00tx", gab)))


def films(folder: Path) -> Iterator[Stranger]:
    """Films that ffmpeg itself made: of 200 tracks, of hours of one picture."""
    made = folder / "tracks.mkv"
    picture, sound = "testsrc2=s=96x54:r=25:d=1", "sine=f=440:d=1"
    sources = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    many = ["-map", "0:v", *(word for _ in range(200) for word in ("-map", "1:a"))]
    subprocess.run(
        [ffmpeg.executable(), "-v", "error", "-y", *sources, *many, "-c:a", "pcm_s16le", str(made)], check=True
    )
    yield Stranger("200 sound tracks", "a.mkv", CLIP, made.read_bytes())
    still = folder / "still.mp4"
    hours = ["-f", "lavfi", "-i", "color=s=16x16:r=1/600:d=36000", "-c:v", "libx264", str(still)]
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *hours], check=True)
    yield Stranger("ten hours of one picture", "still.mp4", CLIP, still.read_bytes())
