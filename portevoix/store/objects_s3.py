"""A bucket as a destination."""

from __future__ import annotations

import hashlib
from typing import Any

from portevoix.store.bucket import Bucket
from portevoix.store.errors import ArtifactMissing
from portevoix.store.objects import Found, ObjectVersion
from portevoix.store.s3_client import NotOffered, ObjectNameTaken, translated


class BucketObjects(Bucket):
    """The `Objects` under a bucket's prefix."""

    def find(self, name: str) -> Found | None:
        try:
            answer = self._ask("head_object", name)
        except ArtifactMissing:
            return None
        return Found(answer["ContentLength"], answer.get("Metadata", {}).get("sha256"))

    def digest(self, name: str) -> str:
        sha256 = hashlib.sha256()
        for block in self._blocks(name):
            sha256.update(block)
        return sha256.hexdigest()

    def version(self, name: str) -> ObjectVersion | None:
        try:
            answer = self._ask("get_object", name)
        except ArtifactMissing:
            return None
        with translated(str(self), f"read {name}"):
            return ObjectVersion(answer["Body"].read(), answer["ETag"])

    def replace(self, name: str, content: bytes, seen: ObjectVersion | None) -> bool:
        """As `Objects.replace`: the bucket compares and writes in one step, where it can (`If-Match`).

        Where it cannot (OpenStack Swift), it is compared before and after: of two who write in the same moment, one
        may overwrite the other.
        """
        expected = {"IfMatch": seen.mark} if seen else {"IfNoneMatch": "*"}
        try:
            self._write(name, content, expected)
        except (ObjectNameTaken, ArtifactMissing):  # 404: If-Match, and the object is gone
            return False
        except NotOffered:
            return self._replace_unconditionally(name, content, seen)
        return True

    def _replace_unconditionally(self, name: str, content: bytes, seen: ObjectVersion | None) -> bool:
        if self.version(name) != seen:
            return False
        self._write(name, content, {})
        after = self.version(name)
        return after is not None and after.content == content

    def _write(self, name: str, content: bytes, condition: dict[str, Any]) -> None:
        self._ask(
            "put_object",
            name,
            Body=content,
            ContentType="application/json",
            CacheControl="no-cache",  # what stands before the bucket must not answer with the set before
            Metadata={"sha256": hashlib.sha256(content).hexdigest()},
            **self._sum(content),
            **self._written,
            **condition,
        )
