"""A set on its way out, its films and stills signed. What was signed once stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix.delivery.credentials.boxes import claim_digest, outside_digest
from portevoix.delivery.credentials.c2pa_files import sign_file
from portevoix.delivery.credentials.settings import Signing
from portevoix.delivery.credentials.statement import KINDS, Find, claim_of, facts_of, ingredients_of
from portevoix.files import whole, write_text
from portevoix.sources.probe import digest_of

Facts = Mapping[str, Any]
FOLDER = "signed"  # beside the files of a set


@dataclass(frozen=True)
class SigningRoom:
    """Where a set's files lie (`folder`), where its signed ones go, below it, and where a source's file is found."""

    folder: Path
    find: Find = lambda digest: None


def signed_set(manifest: Facts, room: SigningRoom, signing: Signing | None) -> dict[str, Any]:
    """The manifest of the set with every film and still signed: `sha256` is of the signed file, `approved_sha256` of
    what was approved, `credentials` names the claim, `path` says where it lies, `delivered_as` the approved file's
    path. Without `signing` as it is.

    Raises RenderFailed where a file cannot be signed. The same file with the same words is signed once.
    """
    if signing is None:
        return dict(manifest)
    about = manifest.get("about", {})
    listed = [
        _signed(one, {**about.get(one["language"], {}), **_of(manifest, one)}, room, signing)
        if one["kind"] in KINDS and "approved_sha256" not in one
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


def _signed(delivery: Facts, about: Facts, room: SigningRoom, signing: Signing) -> dict[str, Any]:
    facts = facts_of(delivery, about)
    place = Path(FOLDER) / _key(facts, signing) / Path(delivery["path"]).name
    target = room.folder / place
    known = target.with_name(f"{target.name}.json")
    if not (target.is_file() and known.is_file()):
        _sign(room.folder / delivery["path"], target, facts, room.find, signing)
    found = json.loads(known.read_text("utf-8"))
    return {**delivery, "path": place.as_posix(), "delivered_as": delivery["path"], **found}


def _sign(source: Path, target: Path, facts: Facts, find: Find, signing: Signing) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    outside = outside_digest(source) if source.suffix == ".mp4" else ""
    with whole(target) as partial:
        store = sign_file(source, partial, claim_of(facts, source, outside), ingredients_of(facts, find), signing)
    found = {"sha256": digest_of(target), "bytes": target.stat().st_size, "approved_sha256": facts["approved_sha256"]}
    credentials = {"claim_sha256": claim_digest(store), "by": signing.chain.owner}
    write_text(target.with_name(f"{target.name}.json"), json.dumps({**found, "credentials": credentials}))


def _key(facts: Facts, signing: Signing) -> str:
    said = {"facts": facts, "chain": signing.chain.pem, "algorithm": signing.algorithm}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
