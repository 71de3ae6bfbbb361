"""What the credentials of a released file say: title, whose it is, what was done to it, what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import portevoix
from portevoix.delivery.credentials.c2pa_files import TYPES, Ingredient, carries_credentials
from portevoix.sources.sniff import demuxer_of

OURS = "org.portevoix.production"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/composite"  # of several pictures, by people
# What is signed, and what people call it.
KINDS = {"video": "film", "still": "still", "poster": "poster", "cover": "cover"}
FORMATS = {"jpeg_pipe": "image/jpeg", "png_pipe": "image/png"}

Facts = Mapping[str, Any]
Find = Callable[[str], Path | None]  # a source's file by its digest, where it is here


def facts_of(delivery: Facts, about: Facts) -> dict[str, Any]:
    """What is said of a file but for the hour: the same for the same file, whenever it is released.

    `about`: the title, credit, institution and the words' digest of its language, and how it is captioned.
    """
    return {
        "title": about.get("title") or Path(delivery["path"]).stem,
        "institution": about.get("institution", ""),
        "credit": about.get("credit", ""),
        "language": delivery["language"],
        "kind": delivery["kind"],
        "words": about.get("words", ""),
        "approved_sha256": delivery["sha256"],
        "made_from": list(delivery["made_from"]),
        "captions": about.get("captions", ""),
    }


def claim_of(facts: Facts, file: Path, outside: str) -> dict[str, Any]:
    """The claim as C2PA has it. `outside`: the digest of what its hash leaves out."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "claim_generator_info": [{"name": "Portevoix", "version": portevoix.__version__}],
        "title": facts["title"],
        "format": TYPES[file.suffix],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": list(_actions(facts, now))}, "created": True},
            {"label": "cawg.metadata", "kind": "Json", "data": _metadata(facts)},
            {"label": OURS, "data": {**facts, "released": now, "outside": outside}, "created": True},
        ],
    }


def _actions(facts: Facts, now: str) -> list[dict[str, Any]]:
    composed = f"composed as a {KINDS[facts['kind']]}"
    made = {"action": "c2pa.created", "digitalSourceType": COMPOSITE, "description": composed}
    placed = [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [_id(digest)]}} for digest in facts["made_from"]
    ]
    said = {"action": "c2pa.edited", "description": f"captions {facts['captions']}, {facts['language']}"}
    captioned = [said] if facts["captions"] else []
    return [made, *placed, *captioned, {"action": "c2pa.published", "when": now}]


def _metadata(facts: Facts) -> dict[str, Any]:
    """Title, language and credit, and nothing of the sources: no place, device or name of a person comes through."""
    known = {
        "dc:title": facts["title"],
        "dc:language": facts["language"],
        "dc:creator": facts["institution"],
        "dc:rights": facts["credit"],
    }
    said = {key: value for key, value in known.items() if value}
    return {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, **said}


def ingredients_of(facts: Facts, find: Find) -> list[Ingredient]:
    """The sources by their digests, with their own credentials where they are here and carry some. Their file names
    are not told.
    """
    return [_ingredient(number, digest, find(digest)) for number, digest in enumerate(facts["made_from"], 1)]


def _ingredient(number: int, digest: str, file: Path | None) -> Ingredient:
    known = FORMATS.get(demuxer_of(file) or "", "video/mp4") if file else "application/octet-stream"
    about = {
        "title": f"Source {number}",
        "format": known,
        "instance_id": _id(digest),
        "relationship": "componentOf",
        "description": f"SHA-256 {digest}",
    }
    return Ingredient(about, file if file and carries_credentials(file, known) else None)


def _id(digest: str) -> str:
    return f"urn:sha256:{digest}"
