"""A set on its way out: its films and stills say what they are, and are signed. What was made once stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portevoix.delivery.credentials.boxes import claim_digest, outside_digest
from portevoix.delivery.credentials.c2pa_files import sign_file
from portevoix.delivery.credentials.settings import Signing
from portevoix.delivery.credentials.statement import KINDS, Find, claim_of, facts_of, ingredients_of
from portevoix.delivery.tags import Tags, write_tags
from portevoix.files import move_into_place, whole, write_text
from portevoix.sources.probe import digest_of
from portevoix.store.working_folders import working_folder

Facts = Mapping[str, Any]
FOLDER = "outgoing"  # beside the files of a set


@dataclass(frozen=True)
class ReleaseRoom:
    """Where a set's files lie (`folder`), where those that go out are written, below it, and where a source's file is
    found.
    """

    folder: Path
    find: Find = lambda digest: None


def released_set(manifest: Facts, room: ReleaseRoom, signing: Signing | None) -> dict[str, Any]:
    """The manifest of the set with title, institution, credit and language in every film and still, and with
    `signing` each of them signed: `sha256` is of the file that goes out, `approved_sha256` of what was approved,
    `credentials` names the claim, `path` says where it lies, `delivered_as` the approved file's path. A file that has
    nothing to say and is not signed goes as it is.

    Raises RenderFailed where a file cannot be signed. The same file with the same words is made once.
    """
    about = manifest.get("about", {})
    listed = [
        _released(one, {**about.get(one["language"], {}), **_of(manifest, one)}, room, signing)
        if one["kind"] in KINDS and "approved_sha256" not in one and (signing or one["language"] in about)
        else one
        for one in manifest["deliveries"]
    ]
    return {**manifest, "deliveries": listed}


def _of(manifest: Facts, delivery: Facts) -> dict[str, str]:
    """How one file is captioned, whose name it bears, and where a release says it, the digest of the approved words."""
    whose = ("account", "placement", "language", "format")
    beside = any(
        d["kind"] == "sidecar" and all(d[key] == delivery[key] for key in whose) for d in manifest["deliveries"]
    )
    has = manifest.get("about", {}).get(delivery["language"], {}).get("captions")
    captions = {"captions": ("beside the film" if beside else "burned in") if has else ""}
    approved = manifest.get("words", {}).get(delivery["language"])
    own = {"words": approved, "institution": delivery.get("institution")}
    return captions | {key: value for key, value in own.items() if value}


def _released(delivery: Facts, about: Facts, room: ReleaseRoom, signing: Signing | None) -> dict[str, Any]:
    facts = facts_of(delivery, about)
    tags = Tags(about.get("title", ""), facts["institution"], facts["credit"], facts["language"])
    place = Path(FOLDER) / _key(facts, tags, signing) / Path(delivery["path"]).name
    target = room.folder / place
    known = target.with_name(f"{target.name}.json")
    if not (target.is_file() and known.is_file()):
        with working_folder(target.parent) as folder:
            tagged = folder / target.name
            write_tags(room.folder / delivery["path"], tagged, tags)
            made = _signed(tagged, target, facts, room.find, signing) if signing else _moved(tagged, target)
        digests = {"sha256": digest_of(target), "approved_sha256": facts["approved_sha256"]}
        write_text(known, json.dumps({**digests, "bytes": target.stat().st_size, **made}))
    found = json.loads(known.read_text("utf-8"))
    return {**delivery, "path": place.as_posix(), "delivered_as": delivery["path"], **found}


def _signed(source: Path, target: Path, facts: Facts, find: Find, signing: Signing) -> dict[str, Any]:
    outside = outside_digest(source) if source.suffix == ".mp4" else ""
    with whole(target) as partial:
        store = sign_file(source, partial, claim_of(facts, source, outside), ingredients_of(facts, find), signing)
    return {"credentials": {"claim_sha256": claim_digest(store), "by": signing.chain.owner}}


def _moved(source: Path, target: Path) -> dict[str, Any]:
    move_into_place(source, target)
    return {}


def _key(facts: Facts, tags: Tags, signing: Signing | None) -> str:
    signer = {"chain": signing.chain.pem, "algorithm": signing.algorithm, "facts": facts} if signing else {}
    said = {"approved": facts["approved_sha256"], "tags": asdict(tags), **signer}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
