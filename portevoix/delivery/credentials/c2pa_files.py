"""Files signed and read: the one module that uses c2pa-python. Nothing asks the network, but a time-stamp service."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import c2pa  # type: ignore[import-untyped]

from portevoix.delivery.credentials.settings import Signing
from portevoix.errors import RenderFailed

JPEG, PNG = "image/jpeg", "image/png"
TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG}
QUIET = {"builder": {"thumbnail": {"enabled": False}}}


@dataclass(frozen=True)
class Ingredient:
    """A source that a file was made from. `file`: where its own credentials may be read; None where it is not here."""

    about: Mapping[str, Any]
    file: Path | None = None


def sign_file(
    source: Path, target: Path, claim: Mapping[str, Any], ingredients: Sequence[Ingredient], signing: Signing
) -> bytes:
    """Write `source` with a signed claim to `target`; returns the credentials' own bytes. Raises RenderFailed."""
    failed: list[Exception] = []

    def sign(data: bytes) -> bytes:
        try:
            return signing.sign(data)
        except Exception as error:  # the library would only say that signing failed
            failed.append(error)
            raise

    told = [one.about for one in ingredients if one.file is None]
    checked = {"verify": {"verify_after_sign": True}, "trust": {"trust_anchors": signing.chain.pem}}
    algorithm = c2pa.C2paSigningAlg[signing.algorithm.upper()]
    try:
        with (
            c2pa.Context.from_dict({**QUIET, **checked}) as context,
            c2pa.Signer.from_callback(sign, algorithm, signing.chain.pem, signing.timestamps) as signer,
            c2pa.Builder.from_json(json.dumps({**claim, "ingredients": told}), context) as builder,
            source.open("rb") as read,
            target.open("w+b") as written,
        ):
            for one in ingredients:
                if one.file is not None:
                    with one.file.open("rb") as stream:
                        builder.add_ingredient(json.dumps(one.about), one.about["format"], stream)
            return bytes(builder.sign(signer, TYPES[source.suffix], read, written))
    except c2pa.C2paError as error:
        why = failed[0] if failed else _plain(str(error), signing.timestamps)
        raise RenderFailed(f"{source.name} was not signed: {why}") from None


def _plain(message: str, timestamps: str | None) -> str:
    if timestamps and ("http resolver" in message or "HTTP error" in message):
        status = re.search(r"status = (\d+)", message)
        answered = f"answered with status {status[1]}" if status else "cannot be reached"
        return f"the time-stamp service {timestamps} {answered}; try again later, or name another"
    if "claimSignature.mismatch" in message or "does not match" in message:
        return "the signature is not of the certificate's key; name the key that belongs to it"
    return f"{message.partition('(self#')[0].strip()}; look at the certificate"


@dataclass(frozen=True)
class Credentials:
    """What a file carries. `state`: `Trusted` (by a root that is known), `Valid` (by one that is not) or `Invalid`;
    `problems`: the codes of what does not fit (C2PA specification, chapter 15), with the library's words.
    """

    manifest: Mapping[str, Any]
    manifests: Mapping[str, Mapping[str, Any]]
    state: str
    problems: Mapping[str, str]


class NoCredentials(Exception):
    """The file carries none."""


class UnreadableCredentials(Exception):
    """There are some, or parts of them, that cannot be read."""


def read_credentials(path: Path, roots: str = "", kind: str | None = None) -> Credentials:
    """What a file carries. `roots`: trusted certificates, as PEM; `kind`: its MIME type, where its name does not
    say it. Raises NoCredentials, UnreadableCredentials.
    """
    trust = {"trust": {"trust_anchors": roots}} if roots else {}
    kind = kind or TYPES.get(path.suffix.lower(), path.suffix.lower().removeprefix("."))
    try:
        with (
            c2pa.Context.from_dict({"verify": {"verify_trust": True}, **trust}) as context,
            path.open("rb") as file,
            c2pa.Reader(kind, file, context=context) as reader,
        ):
            found, state = json.loads(reader.json()), str(reader.get_validation_state())
    except c2pa.C2paError.ManifestNotFound:
        raise NoCredentials(str(path)) from None
    except c2pa.C2paError as error:
        raise UnreadableCredentials(str(error)) from None
    results = found.get("validation_results", {}).get("activeManifest", {}).get("failure", [])
    problems = {one["code"]: one.get("explanation", "") for one in results}
    manifests = found["manifests"]
    return Credentials(manifests[found["active_manifest"]], manifests, state, problems)


def carries_credentials(path: Path, kind: str) -> bool:
    """Whether a file of a MIME type has credentials of its own that can be read, whatever they are worth."""
    try:
        read_credentials(path, kind=kind)
    except (NoCredentials, UnreadableCredentials):
        return False
    return True
