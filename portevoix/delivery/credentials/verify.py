"""What a file's credentials say, in plain words: whose it is, what was done, and whether a byte was changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portevoix.delivery.credentials.boxes import outside_digest, stuffing_is_blank
from portevoix.delivery.credentials.c2pa_files import (
    Credentials,
    NoCredentials,
    UnreadableCredentials,
    read_credentials,
)
from portevoix.delivery.credentials.statement import OURS
from portevoix.delivery.tags import read_tags

Verdict = Literal["trusted", "unchanged", "changed", "none"]
UNTRUSTED = "signingCredential.untrusted"
MEANING = {  # by how the code of a problem begins: C2PA specification, chapter 15
    "assertion.bmffHash": "the film is not what was signed: bytes were changed, added or cut off",
    "assertion.dataHash": "the picture is not what was signed: bytes were changed, added or cut off",
    "assertion.hashedURI": "what the credentials say was changed",
    "assertion.missing": "a part of the credentials was taken out",
    "claimSignature": "the signature does not fit what it stands under",
    "signingCredential.expired": "the certificate had expired when it was signed",
    "signingCredential.untrusted": "the chain ends at no root that is trusted here",
    "signingCredential": "the certificate is not one that may sign",
    "timeStamp": "the time stamp does not fit",
    "ingredient": "a source's own credentials do not fit",
}


@dataclass(frozen=True)
class Verified:
    """What was found. `trusted`: by a root that is known; `unchanged`: by one that is not; `changed`; `none`.

    `lines`: sentences, the verdict first.
    """

    verdict: Verdict
    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()


def verify_file(path: Path, roots: str = "") -> Verified:
    """Look at any file that may carry content credentials, ours or another's. `roots`: trusted certificates, as PEM."""
    try:
        found = read_credentials(path, roots)
    except NoCredentials:
        return Verified("none", (f"{path.name} carries no content credentials.", *_said_by_file(path)))
    except UnreadableCredentials as error:
        broken = f"the credentials cannot be read: they were damaged, or the file was cut ({error})"
        return Verified("changed", (f"{path.name} was changed: {broken}.",), (broken,))
    problems = [*(_meaning(code, said) for code, said in found.problems.items() if code != UNTRUSTED)]
    ours = _assertion(found.manifest, OURS)
    if ours and ours.get("outside") and ours["outside"] != outside_digest(path):
        problems.append("a box that C2PA does not cover was changed or added")
    if not stuffing_is_blank(path):
        problems.append("something was written where the signature has room left")
    if problems or (found.state == "Invalid" and UNTRUSTED not in found.problems):
        lines = (f"{path.name} was changed after it was signed, or is not properly signed:", *problems)
        return Verified("changed", (*lines, *_story(found)), tuple(problems))
    trusted = UNTRUSTED not in found.problems
    verdict: Verdict = "trusted" if trusted else "unchanged"
    return Verified(verdict, (_verdict(path, found, trusted), *_story(found), *_said_by_file(path)))


def _said_by_file(path: Path) -> Iterator[str]:
    """What a file's own metadata say, where players show it."""
    for name, text in read_tags(path).said.items():
        yield f"{name} in the file: {text}"


def _verdict(path: Path, found: Credentials, trusted: bool) -> str:
    owner = found.manifest.get("signature_info", {}).get("issuer", "nobody that is named")
    if trusted:
        return f"{path.name} is {owner}'s, and no byte was changed since it was signed."
    return (
        f"{path.name} says that it is {owner}'s; no byte was changed, but no root that is trusted here vouches for it."
    )


def _story(found: Credentials) -> Iterator[str]:
    """What the credentials themselves say; true only where nothing was changed."""
    manifest, ours = found.manifest, _assertion(found.manifest, OURS)
    signature = manifest.get("signature_info", {})
    if title := manifest.get("title"):
        yield f"title: {title}"
    yield f"signed by: {signature.get('issuer', 'unknown')} ({signature.get('common_name', 'no name')})"
    if when := signature.get("time"):
        yield f"time stamp: {when}"
    for action in _actions(manifest):
        yield f"done: {action}"
    for key, label in (("institution", "institution"), ("credit", "credit"), ("language", "language")):
        if ours and ours.get(key):
            yield f"{label}: {ours[key]}"
    if ours:
        yield f"words approved: SHA-256 {ours['words']}" if ours.get("words") else "words approved: none named"
        yield f"file approved: SHA-256 {ours['approved_sha256']}"
    for ingredient in manifest.get("ingredients", ()):
        yield f"made from: {_ingredient(ingredient, found)}"


def _actions(manifest: Mapping[str, Any]) -> Iterator[str]:
    for label in ("c2pa.actions.v2", "c2pa.actions"):
        for action in (_assertion(manifest, label) or {}).get("actions", ()):
            said = action["action"].removeprefix("c2pa.")
            described = f", {action['description']}" if action.get("description") else ""
            when = f", {action['when']}" if action.get("when") else ""
            if said != "placed":  # its sources are listed by themselves
                yield f"{said}{described}{when}"


def _ingredient(ingredient: Mapping[str, Any], found: Credentials) -> str:
    named = " ".join(filter(None, (ingredient.get("title"), ingredient.get("description"))))
    inner = found.manifests.get(ingredient.get("active_manifest", ""))
    if inner is None:
        return named
    owner = inner.get("signature_info", {}).get("issuer", "somebody who is not named")
    return f"{named}, with credentials of its own by {owner}"


def _assertion(manifest: Mapping[str, Any], label: str) -> Mapping[str, Any] | None:
    return next((one["data"] for one in manifest.get("assertions", ()) if one["label"] == label), None)


def _meaning(code: str, said: str) -> str:
    known = next((meaning for start, meaning in MEANING.items() if code.startswith(start)), said or code)
    return f"{known} ({code})"
