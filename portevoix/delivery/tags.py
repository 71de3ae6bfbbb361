"""What a released film or picture says of itself: title, whose it is, credit, language; nothing of its sources.

An MP4 has these where players look (`udta`, and the language on its tracks), a JPEG in an XMP packet (ISO 16684-1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import av

from portevoix.delivery.track_language import code_of, three_letters
from portevoix.render.join import copy_with_tags
from portevoix.sources.opened import opened
from portevoix.sources.reading import read
from portevoix.sources.sniff import PICTURE_ALONE, demuxer_of
from portevoix.sources.unusable import UnusableSource

FILM = ".mp4"
IN_FILMS = {"title": "title", "institution": "artist", "credit": "copyright"}  # FFmpeg's names
IN_PICTURES = {"title": "title", "institution": "creator", "credit": "rights", "language": "language"}  # Dublin Core's
LISTS = {"title": "Alt", "creator": "Seq", "rights": "Alt", "language": "Bag"}  # XMP, part 1, 8.3
DUBLIN_CORE, RDF = "http://purl.org/dc/elements/1.1/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about="" xmlns:dc="{DUBLIN_CORE}">{{}}</rdf:Description>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
XMP = b"http://ns.adobe.com/xap/1.0/\0"  # how its segment begins: XMP, part 3, 1.1.3
START, FIRST, XMP_SEGMENT, PIXELS = b"\xff\xd8", 0xE0, 0xE1, 0xDA  # JPEG's markers (ITU T.81)


@dataclass(frozen=True)
class Tags:
    """What is said; what is empty is not. `language`: as BCP 47 writes it."""

    title: str = ""
    institution: str = ""
    credit: str = ""
    language: str = ""

    @property
    def said(self) -> dict[str, str]:
        """What is said, by its name."""
        return {name: text for name, text in asdict(self).items() if text}


def write_tags(source: Path, target: Path, tags: Tags) -> None:
    """Write a film or a JPEG of ours with its tags to `target`. Pictures and sound are the same, byte for byte."""
    if source.suffix == FILM:
        said = {theirs: tags.said[ours] for ours, theirs in IN_FILMS.items() if ours in tags.said}
        copy_with_tags(source, target, said, three_letters(tags.language))
    else:
        target.write_bytes(_with_packet(source.read_bytes(), _packet(tags)))


def read_tags(path: Path) -> Tags:
    """What any film or picture says of itself; nothing where it cannot be read."""
    try:
        return read(look_at_tags, path)
    except UnusableSource:
        return Tags()


def look_at_tags(path: Path) -> Tags:
    """The same in this very process. Raises UnusableSource."""
    demuxer = demuxer_of(path)
    if demuxer in PICTURE_ALONE:
        return _in_packet(path.read_bytes())
    if demuxer is None:
        return Tags()
    try:
        with opened(path, demuxer) as container:
            found = {ours: str(container.metadata.get(theirs, "")) for ours, theirs in IN_FILMS.items()}
            tracks = [str(stream.metadata.get("language", "")) for stream in container.streams]
    except av.error.FFmpegError:
        raise UnusableSource("is damaged or cut short; send it again") from None
    return Tags(**found, language=next(filter(None, map(code_of, tracks)), ""))


def _packet(tags: Tags) -> bytes:
    return PACKET.format("".join(_listed(IN_PICTURES[name], text) for name, text in tags.said.items())).encode()


def _listed(name: str, text: str) -> str:
    kind = LISTS[name]
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    return f"<dc:{name}><rdf:{kind}><rdf:li{language}>{escape(text)}</rdf:li></rdf:{kind}></dc:{name}>"


def _with_packet(jpeg: bytes, packet: bytes) -> bytes:
    """The packet goes behind the segments that name the kind of file."""
    at = next((start for start, marker in _segments(jpeg) if marker != FIRST), len(START))
    segment = struct.pack(">BBH", 0xFF, XMP_SEGMENT, 2 + len(XMP) + len(packet)) + XMP + packet
    return jpeg[:at] + segment + jpeg[at:]


def _in_packet(data: bytes) -> Tags:
    for start, marker in _segments(data):
        content = data[start + 4 : start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")]
        if marker == XMP_SEGMENT and content.startswith(XMP):
            return _read_packet(content[len(XMP) :])
    return Tags()


def _read_packet(packet: bytes) -> Tags:
    try:
        root = ET.fromstring(packet)
    except ET.ParseError:
        return Tags()
    found = {ours: root.find(f".//{{{DUBLIN_CORE}}}{theirs}//{{{RDF}}}li") for ours, theirs in IN_PICTURES.items()}
    return Tags(**{name: (one.text or "").strip() for name, one in found.items() if one is not None})


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each segment of a JPEG begins, and its marker, up to its pixels; none of another kind of picture."""
    at = len(START)
    while data.startswith(START) and at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != PIXELS:
        yield at, data[at + 1]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
