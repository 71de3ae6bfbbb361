"""TTML as it is delivered: the IMSC 1.1 text profile's own words for cues, italics, speakers and direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.markup import stands_at_top
from portevoix.timing import clock

ROOT = {
    "xmlns": "http://www.w3.org/ns/ttml",
    "xmlns:ttp": "http://www.w3.org/ns/ttml#parameter",
    "xmlns:tts": "http://www.w3.org/ns/ttml#styling",
    "xmlns:ttm": "http://www.w3.org/ns/ttml#metadata",
    "ttp:timeBase": "media",
    "ttp:contentProfiles": "http://www.w3.org/ns/ttml/profile/imsc1.1/text",
    "xml:space": "preserve",
}
REGIONS = {"bottom": "after", "top": "before"}


def ttml_text(cues: Sequence[Cue], language: str, direction: str) -> str:
    """A TTML document. Word times are left out: players would hide each word until its time."""
    names = dict.fromkeys(cue.speaker for cue in cues if cue.speaker)
    speakers = {name: f"speaker{number}" for number, name in enumerate(names, 1)}
    root = ET.Element("tt", {**ROOT, "xml:lang": language})
    head = ET.SubElement(root, "head")
    if speakers:
        metadata = ET.SubElement(head, "metadata")
        for name, key in speakers.items():
            agent = ET.SubElement(metadata, "ttm:agent", {"xml:id": key, "type": "person"})
            ET.SubElement(agent, "ttm:name", {"type": "full"}).text = name
    layout = ET.SubElement(head, "layout")
    for region, align in REGIONS.items():
        ET.SubElement(layout, "region", {"xml:id": region, **_looks(align, direction)})
    division = ET.SubElement(ET.SubElement(root, "body"), "div")
    for cue in cues:
        region = "top" if stands_at_top(cue) else "bottom"
        values = {"begin": clock(cue.start_s), "end": clock(cue.end_s), "region": region}
        speaker = {"ttm:agent": speakers[cue.speaker]} if cue.speaker else {}
        _fill(ET.SubElement(division, "p", {**values, **speaker}), cue)
    for element in root.iter():  # a line for each cue; within one, white space would be words
        if element.tag in {"tt", "head", "body", "div"}:
            element.text = "\n"
        if element.tag in {"head", "metadata", "layout", "body", "div", "p"}:
            element.tail = "\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _looks(align: str, direction: str) -> dict[str, str]:
    looks = {"tts:origin": "10% 10%", "tts:extent": "80% 80%", "tts:displayAlign": align, "tts:textAlign": "center"}
    return looks | ({"tts:writingMode": "rltb", "tts:direction": "rtl"} if direction == "rtl" else {})


def _fill(paragraph: ET.Element, cue: Cue) -> None:
    """Words, line ends and italics in their order, as ElementTree keeps them: text and tails."""
    for start, end, italic in _stretches(cue):
        parent = ET.SubElement(paragraph, "span", {"tts:fontStyle": "italic"}) if italic else paragraph
        for place, words in enumerate(cue.text[start:end].split("\n")):
            if place:
                ET.SubElement(parent, "br")
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + words
            else:
                parent.text = (parent.text or "") + words


def _stretches(cue: Cue) -> Iterator[tuple[int, int, bool]]:
    place = 0
    for start, end in cue.italics:
        yield place, start, False
        yield start, end, True
        place = end
    yield place, len(cue.text), False
