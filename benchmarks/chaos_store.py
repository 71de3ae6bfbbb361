"""What lies in the stores at the end of a run, looked through: the bucket, and the folder that stands in its place in
some of the rounds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta

from chaos_deployment import Deployment

OBJECT = re.compile(r"artifacts/[^/]+/([a-z0-9-]+)(?:\.json|/(.+))")


def wrong_bytes(deployment: Deployment) -> Iterator[str]:
    """A sentence for each thing that is not what its name or its note says, but for what a fault itself has struck and
    nobody has asked for since.
    """
    yield from _wrong_objects(deployment)
    for one in deployment.folder_as_store.spoilt():
        if one.key not in deployment.struck:
            yield f"{one.kind} {one.key} of the folder {one.why}"


def _wrong_objects(deployment: Deployment) -> Iterator[str]:
    bucket = deployment.store._bucket
    for item in bucket.listed(""):
        match = OBJECT.fullmatch(item.name)
        if match and match[2] is None:
            continue
        named = match[2].partition(".")[0] if match else item.name.rpartition("/")[2]
        if (match or item.name.startswith("inputs/")) and hashlib.sha256(bucket.read(item.name)).hexdigest() != named:
            yield f"{item.name} has other bytes than its name says"


def unnoted(deployment: Deployment) -> Iterator[str]:
    """A sentence for each object of the bucket that its artifact's note does not name."""
    bucket = deployment.store._bucket
    found = [match for item in bucket.listed("") if (match := OBJECT.fullmatch(item.name))]
    notes = {match[1]: json.loads(bucket.read(match[0]))["files"] for match in found if not match[2]}
    for match in found:
        key, file = match[1], match[2]
        if file and key in notes and file not in {f"{d['sha256']}{suffix}" for suffix, d in notes[key].items()}:
            yield f"{match[0]} is in no note"


def unneeded(deployment: Deployment, artifacts: set[str], inputs: set[str]) -> Iterator[str]:
    """A sentence for each thing in the stores that is not among the keys and digests that jobs need."""
    for item in deployment.store._bucket.listed(""):
        parts = item.name.split("/")
        if parts[2].removesuffix(".json") not in (artifacts if parts[0] == "artifacts" else inputs):
            yield f"{item.name} is needed by no job"
    folder, at_once = deployment.folder_as_store, timedelta(0)
    for name in (*folder.unreferenced(artifacts, at_once), *folder.unreferenced_inputs(inputs, at_once)):
        yield f"{name} in the folder is needed by no job"
