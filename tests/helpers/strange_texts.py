"""Files that strangers made to do harm: disguised playlists, texts, packages, evil names.

Each would, where a reader followed it, open `canary` or ask `port` of this machine; or would take more than there is.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLIP, SCRIPT, PHOTO, SOUND, DOCUMENT = "clip", "script", "photo", "sound", "document"
EVERY_ENDING = ("mp4", "mov", "mkv", "avi", "ts", "mpg", "webm", "m3u8", "jpg", "png", "wav", "mp3", "srt", "txt")
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Stranger:
    """A file, what it is given for, and what it tries."""

    tries: str
    name: str
    role: str
    content: bytes


@dataclass(frozen=True)
class Traps:
    """What no reader may touch: a file with a secret, a port of this machine."""

    canary: Path
    port: int


def disguised(traps: Traps) -> Iterator[Stranger]:
    """Playlists and descriptions that lead elsewhere, under every ending."""
    away, file = f"http://127.0.0.1:{traps.port}/a.ts", f"file://{traps.canary}"
    hls = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n{}\n#EXT-X-ENDLIST\n"
    mpd = '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><BaseURL>{}</BaseURL></Period></MPD>'
    payloads = {
        "HLS to a file": hls.format(file),
        "HLS to a port": hls.format(away),
        "DASH": mpd.format(away),
        "concat": f"ffconcat version 1.0\nfile '{traps.canary}'\nfile '{away}'\n",
        "SDP": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {traps.port} RTP/AVP 96\n",
        "a list of names": f"[playlist]\nFile1={file}\nFile2={away}\n",
        "a shortcut": f"[InternetShortcut]\nURL={away}\n",
        "SMIL": f'<smil><body><video src="{away}"/><ref src="{file}"/></body></smil>',
    }
    for tries, payload in payloads.items():
        for ending in EVERY_ENDING:
            yield Stranger(tries, f"a.{ending}", CLIP, payload.encode())
        behind_a_head = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + payload.encode()
        yield Stranger(f"{tries} behind a film's head", "b.mp4", CLIP, behind_a_head)
        yield Stranger(f"{tries} behind a film's head", "b.ts", CLIP, (b"G" + payload.encode()[:187].ljust(187)) * 4)


def texts(traps: Traps) -> Iterator[Stranger]:
    """Captions and documents that ask for what is outside, or have no end."""
    away, file = f"http://127.0.0.1:{traps.port}/", f"file://{traps.canary}"
    cue = "00:00:00.100 --> 00:00:00.900\n{}\n"
    yield Stranger(
        "a style from outside",
        "a.vtt",
        SCRIPT,
        f"WEBVTT\n\nSTYLE\n::cue{{background:url({away})}}\n\n{cue.format('a')}".encode(),
    )
    srt = "1\n" + cue.format(f'<font face="{file}">a</font><img src="{away}">').replace(".", ",")
    yield Stranger("tags that load", "a.srt", SCRIPT, srt.encode())
    ass = (
        "[Script Info]\nScriptType: v4.00+\n[Fonts]\nfontname: a.ttf\n"
        + "A" * 80_000
        + "\n[Events]\nFormat: Start, End, Text\n"
    )
    yield Stranger(
        "a font within captions", "a.ass", SCRIPT, f"{ass}Dialogue: 0:00:00.10,0:00:00.90,{{\\fn{file}}}a\n".encode()
    )
    entity = f'<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a SYSTEM "{file}"><!ENTITY % b SYSTEM "{away}">%b;]>'
    tt = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0.1s" end="0.9s">{}</p></div></body></tt>'
    yield Stranger("an external entity", "a.ttml", SCRIPT, (entity + tt.format("&a;")).encode())
    laughs = '<!DOCTYPE tt [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9)
    )
    yield Stranger("a billion laughs in XML", "b.ttml", SCRIPT, (laughs + "]>" + tt.format("&j;")).encode())
    yield Stranger("brackets without end", "a.json", SCRIPT, b"[" * 200_000)
    yield Stranger("one line without end", "a.txt", SCRIPT, b"mot " * 1_000_000)
    yield Stranger("marks without end", "b.srt", SCRIPT, b"<b>{\\an8}" * 200_000)
    yield Stranger("half letters", "c.srt", SCRIPT, b"1\n00:00:00,100 --> 00:00:00,900\n\xed\xa0\x80\xff\xfe\n")
    yield Stranger("nothing but zeros", "d.srt", SCRIPT, bytes(1_000_000))
    head = "recipe: subtitles\nlanguages: [fr]\n"
    aliases = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)},' * 9}]\n" for n in range(9))
    yield Stranger("a billion laughs in YAML", "a.yaml", DOCUMENT, (head + aliases).encode())
    yield Stranger("brackets without end", "b.yaml", DOCUMENT, (head + "clips: " + "[" * 100_000).encode())
    yield Stranger("dashes without end", "c.yaml", DOCUMENT, (head + "clips:\n" + "- " * 20_000 + "a").encode())
    yield Stranger("values without end", "d.yaml", DOCUMENT, (head + "clips: [" + "1," * 300_000 + "1]").encode())
    yield Stranger(
        "a thousand wrong keys", "e.yaml", DOCUMENT, (head + "".join(f"k{n}: 1\n" for n in range(1000))).encode()
    )
    yield Stranger(
        "a Python object", "f.yaml", DOCUMENT, (head + f"x: !!python/object/apply:os.system ['cat {file}']\n").encode()
    )
    yield Stranger("half a letter", "g.yaml", DOCUMENT, (head + 'title: {fr: "\\ud800"}\n').encode())
    outside = f'clips: [{{file: "{traps.canary}"}}, {{file: "../../../..{traps.canary}"}}, {{file: "{away}"}}]\n'
    yield Stranger("files outside of its folder", "h.yaml", DOCUMENT, (head + outside).encode())
    protocols = 'clips: [{file: "concat:a.mp4|b.mp4"}, {file: "-i"}, {file: "subfile,,start,0,end,9,,:a.mp4"}]\n'
    yield Stranger("protocols in the place of files", "i.yaml", DOCUMENT, (head + protocols).encode())


def packages(traps: Traps) -> Iterator[Stranger]:
    """Office documents that unpack to more than there is, or load from outside."""
    text = f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r><w:t>{{}}</w:t></w:r></w:p></w:body></w:document>'
    name = "word/document.xml"
    entity = f'<!DOCTYPE d [<!ENTITY a SYSTEM "file://{traps.canary}">]>'
    yield Stranger("an external entity", "a.docx", SCRIPT, packed({name: (entity + text.format("&a;")).encode()}))
    bomb = packed({name: text.format(" " * 60_000_000).encode()})
    yield Stranger("a zip bomb", "b.docx", SCRIPT, bomb)
    lying = bytearray(bomb)
    lying[bomb.rindex(b"PK\x01\x02") + 24 :][:4] = struct.pack("<I", 1000)
    yield Stranger("a zip that lies about its size", "c.docx", SCRIPT, bytes(lying))
    yield Stranger("ten thousand parts", "d.docx", SCRIPT, packed({f"word/{n}.xml": b"a" for n in range(10_000)}))
    yield Stranger("a part outside", "e.docx", SCRIPT, packed({"../../evil": b"a", name: text.format("a").encode()}))
    deep = "<w:tbl>" * 20_000
    yield Stranger(
        "tables without end",
        "f.docx",
        SCRIPT,
        packed({name: text.format("a").replace("<w:p>", deep + "<w:p>").encode()}),
    )
    yield Stranger("a zip within a zip", "a.xlsx", SCRIPT, packed({"xl/workbook.xml": bomb}))


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


EVIL_NAMES = (
    "../../../../etc/passwd",
    "/etc/passwd",
    "a\0b.mp4",
    "-i",
    "--help",
    "a;reboot.mp4",
    "$(reboot).mp4",
    "a\nb.mp4",
    "concat:a|b",
    "file:a.mp4",
    "http://127.0.0.1/a",
    "%s%n%d.mp4",
    "a" * 300 + ".mp4",
    "\u202e4pm.exe",
    "con.mp4",
    ".mp4",
    "..",
    " ",
    "a/../../b.mp4",
    "\\\\server\\share.mp4",
    "frame%03d.png",
    "*.mp4",
    "a'b\"c.mp4",
    "é" * 200,
)


def named_by_an_enemy() -> Iterator[Stranger]:
    """Good bytes, evil names."""
    for name in EVIL_NAMES:
        yield Stranger("an evil name", name, CLIP, b"\0\0\0\x18ftypisom\0\0\0\0isommp42")
