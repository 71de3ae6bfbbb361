"""TTML as it is delivered: the IMSC 1.1 text profile's own words for cues, italics, speakers and direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from portevoix.captions.cue import Cue
from portevoix.timing import clock

NAMESPACES = {
    "": "http://www.w3.org/ns/ttml",
    "ttp": "http://www.w3.org/ns/ttml#parameter",
    "tts": "http://www.w3.org/ns/ttml#styling",
    "ttm": "http://www.w3.org/ns/ttml#metadata",
}
PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
_XML = "http://www.w3.org/XML/1998/namespace"


def ttml_text(cues: Iterable[Cue], language: str, direction: str) -> str:
    """A TTML document. Word times are left out: players would hide each word until its time."""
    cues = list(cues)
    speakers = {
        name: f"speaker{number}" for number, name in enumerate(dict.fromkeys(c.speaker for c in cues if c.speaker), 1)
    }
    root = ET.Element(_name("tt"), {f"{{{_XML}}}lang": language, f"{{{_XML}}}space": "preserve"})
    root.set(_name("timeBase", "ttp"), "media")
    root.set(_name("contentProfiles", "ttp"), PROFILE)
    head = ET.SubElement(root, _name("head"))
    if speakers:
        metadata = ET.SubElement(head, _name("metadata"))
        for name, key in speakers.items():
            agent = ET.SubElement(metadata, _name("agent", "ttm"), {f"{{{_XML}}}id": key, "type": "person"})
            ET.SubElement(agent, _name("name", "ttm"), {"type": "full"}).text = name
    _layout(head, direction)
    division = ET.SubElement(ET.SubElement(root, _name("body")), _name("div"))
    for cue in cues:
        times = {"begin": clock(cue.start_s), "end": clock(cue.end_s), "region": _region(cue)}
        paragraph = ET.SubElement(division, _name("p"), times)
        if cue.speaker:
            paragraph.set(_name("agent", "ttm"), speakers[cue.speaker])
        _fill(paragraph, cue)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _serialised(root) + "\n"


def _serialised(root: ET.Element) -> str:
    for prefix, uri in NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    for element in list(root.iter()):  # a line for each cue; elsewhere white space would be words
        if element.tag in {_name(name) for name in ("tt", "head", "body", "div")}:
            element.text = "\n"
        if element.tag in {_name(name) for name in ("head", "body", "div", "p", "layout", "metadata")}:
            element.tail = "\n"
    return ET.tostring(root, encoding="unicode").rstrip("\n")


def _name(name: str, prefix: str = "") -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


def _layout(head: ET.Element, direction: str) -> None:
    layout = ET.SubElement(head, _name("layout"))
    for region, align in (("bottom", "after"), ("top", "before")):
        element = ET.SubElement(layout, _name("region"), {f"{{{_XML}}}id": region})
        looks = {"origin": "10% 10%", "extent": "80% 80%", "displayAlign": align, "textAlign": "center"}
        if direction == "rtl":
            looks |= {"writingMode": "rltb", "direction": "rtl"}
        for name, value in looks.items():
            element.set(_name(name, "tts"), value)


def _region(cue: Cue) -> str:
    return "top" if dict(cue.settings).get("line", "").split(",")[0] in {"0", "0%"} else "bottom"


def _fill(paragraph: ET.Element, cue: Cue) -> None:
    """Words, line ends and italics in their order, as ElementTree keeps them: text and tails."""
    for start, end, italic in _stretches(cue):
        parent = ET.SubElement(paragraph, _name("span")) if italic else paragraph
        if italic:
            parent.set(_name("fontStyle", "tts"), "italic")
        for place, words in enumerate(cue.text[start:end].split("\n")):
            if place:
                ET.SubElement(parent, _name("br"))
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
