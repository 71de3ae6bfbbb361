"""A bucket of an S3 service: named bytes, written once.

Not every service keeps a name for the first who asks when two ask in the same moment (OpenStack Swift looks before it
writes; measured). So nothing here may depend on that: names that two could write carry the digest of their bytes, or
any of the contents will do.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from portevoix.store.content_types import content_type
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing, StoreRefused, StoreUnavailable
from portevoix.store.s3_client import ObjectNameTaken, client, translated
from portevoix.store.settings import ObjectSettings, S3Settings

BLOCK = 1 << 20
PART_BYTES = 8 << 20  # above it a file goes in parts, each tried again alone
MOST_PARTS = 10_000  # S3's limit; larger files get larger parts
PARTS_AT_ONCE = 3  # and one being read: 32 MiB of memory, whatever the file
DELETED_AT_ONCE = 1_000  # S3's limit
FORBIDDEN = {"AccessDenied", "InvalidRequest", "MethodNotAllowed"}  # no right to, or held by a lock or a retention


@dataclass(frozen=True)
class BucketEntry:
    """One name in a bucket. `name` is without the bucket's prefix."""

    name: str
    bytes: int
    modified: datetime


class Bucket:
    """The names under `prefix` in a bucket.

    Every method may raise StoreUnavailable, which may pass, and StoreRefused, which does not without a person. It may
    be handed to threads and across a fork: every process makes its own connections.
    """

    def __init__(self, name: str, prefix: str, settings: S3Settings, objects: ObjectSettings | None = None) -> None:
        self.name = name
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.settings = settings
        self._written = objects.parameters() if objects else {}

    def __str__(self) -> str:
        return f"s3://{self.name}/{self.prefix}".rstrip("/")

    def exists(self, name: str) -> bool:
        try:
            self._ask("head_object", name)
        except ArtifactMissing:
            return False
        return True

    def read(self, name: str) -> bytes:
        """All bytes under a name, meant for small ones. Raises ArtifactMissing."""
        return b"".join(self._blocks(name))

    def fetch(self, name: str, target: Path) -> str:
        """Write the bytes under a name to `target`. Returns their SHA-256. Raises ArtifactMissing."""
        sha256 = hashlib.sha256()
        with target.open("wb") as file:
            for block in self._blocks(name):
                sha256.update(block)
                file.write(block)
        return sha256.hexdigest()

    def add(self, name: str, file: Path, sha256: str) -> bool:
        """Store a file under a name that nothing has yet. Returns False, and stores nothing, where the name is taken.

        Raises ArtifactDamaged where the file's bytes are not those of `sha256`; the name then stays free.
        """
        size = file.stat().st_size
        if size <= PART_BYTES:
            return self.add_bytes(name, file.read_bytes(), sha256)
        if self.exists(name):
            return False
        return self._add_in_parts(name, file, max(PART_BYTES, -(-size // MOST_PARTS)), sha256)

    def add_bytes(self, name: str, content: bytes, sha256: str | None = None) -> bool:
        """Store bytes under a name that nothing has yet; as `add`."""
        found = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, found):
            raise self._damaged(name, str(sha256))
        try:
            self._ask(
                "put_object",
                name,
                Body=content,
                IfNoneMatch="*",
                ContentType=content_type(name),
                Metadata={"sha256": found},
                **self._sum(content),
                **self._written,
            )
        except ObjectNameTaken:
            return False
        return True

    def listed(self, prefix: str) -> Iterator[BucketEntry]:
        """Everything whose name begins with `prefix`, in the order of the names."""
        with translated(str(self), f"list {prefix}"):
            pages = self._client().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.name, Prefix=self.prefix + prefix):
                for item in page.get("Contents", ()):
                    yield BucketEntry(item["Key"].removeprefix(self.prefix), item["Size"], item["LastModified"])

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins with `prefix`, in order."""
        return (item.name for item in self.listed(prefix))

    def delete(self, names: Iterable[str]) -> None:
        """Remove names; those that are not there are no error."""
        if kept := self.remove(names):
            name, code = next(iter(kept.items()))
            raise StoreRefused(
                f"{self} did not delete {len(kept)} names, first {name}: {code}; give the access key the "
                f"right to delete"
            )

    def remove(self, names: Iterable[str]) -> dict[str, str]:
        """Remove what the bucket lets be removed. Returns the names that it keeps, each with its reason."""
        kept: dict[str, str] = {}
        left = [{"Key": self.prefix + name} for name in names]
        while left:
            some, left = left[:DELETED_AT_ONCE], left[DELETED_AT_ONCE:]
            with translated(str(self), f"delete {len(some)} names"):
                answer = self._client().delete_objects(Bucket=self.name, Delete={"Objects": some, "Quiet": True})
            for failed in answer.get("Errors", ()):
                if failed["Code"] not in FORBIDDEN:
                    raise StoreUnavailable(f"{self} did not delete {failed['Key']}: {failed['Code']}; try again later")
                kept[failed["Key"].removeprefix(self.prefix)] = failed["Code"]
        return kept

    def abort_uploads(self, older_than: timedelta) -> int:
        """Free the parts of files that nobody goes on sending. Returns of how many files."""
        before, aborted = datetime.now(UTC) - older_than, 0
        with translated(str(self), "list unfinished uploads"):
            pages = self._client().get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.name, Prefix=self.prefix):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] <= before:
                        self._abort(upload["Key"].removeprefix(self.prefix), upload["UploadId"])
                        aborted += 1
        return aborted

    def link(self, name: str, seconds: int, filename: str) -> str:
        """A link with which anybody downloads what lies under `name`, as `filename`, for `seconds`."""
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        parameters = {
            "Bucket": self.name,
            "Key": self.prefix + name,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": content_type(filename),
        }
        with translated(str(self), f"sign a link to {name}"):
            signed: str = self._client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds)
        return signed

    def _blocks(self, name: str) -> Iterator[bytes]:
        """The bytes under a name; a connection that is cut goes on where it was cut."""
        count = 0
        for attempt in range(1, self.settings.attempts + 1):
            try:
                with translated(str(self), f"read {name}"):
                    place = {"Range": f"bytes={count}-"} if count else {}
                    answer = self._client().get_object(Bucket=self.name, Key=self.prefix + name, **place)
                    if count and "ContentRange" not in answer:
                        raise StoreUnavailable(f"{self} was cut while reading {name} and cannot go on from a byte")
                    for block in answer["Body"].iter_chunks(BLOCK):
                        count += len(block)
                        yield block
                return
            except StoreUnavailable:
                if attempt == self.settings.attempts:
                    raise
                time.sleep(0.1 * 2**attempt)

    def _add_in_parts(self, name: str, file: Path, part_bytes: int, sha256: str) -> bool:
        answer = self._ask(
            "create_multipart_upload",
            name,
            ContentType=content_type(name),
            Metadata={"sha256": sha256},
            **({"ChecksumAlgorithm": "SHA256"} if self.settings.checksums else {}),
            **self._written,
        )
        upload = answer["UploadId"]
        try:
            with file.open("rb") as stream:
                parts = self._send_parts(name, upload, stream, part_bytes, sha256)
            self._ask(
                "complete_multipart_upload", name, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except ObjectNameTaken:
            self._abort(name, upload)
            return False
        except ArtifactMissing:  # the upload is gone: ended by a call whose answer was lost, or swept
            if self.exists(name):
                return False
            raise StoreUnavailable(f"{self}: the parts of {name} were swept while it was sent; send it again") from None
        except ArtifactDamaged:
            self._abort(name, upload)
            raise
        return True  # after an outage the parts stay, as after the death of this process: `abort_uploads` frees them

    def _send_parts(
        self, name: str, upload: str, stream: BinaryIO, part_bytes: int, sha256: str
    ) -> list[dict[str, Any]]:
        whole = hashlib.sha256()
        sending: dict[Future[Any], dict[str, Any]] = {}
        parts: list[dict[str, Any]] = []
        with ThreadPoolExecutor(PARTS_AT_ONCE) as pool:
            while content := stream.read(part_bytes):
                whole.update(content)
                parts.append({"PartNumber": len(parts) + 1, **self._sum(content)})
                if len(sending) == PARTS_AT_ONCE:
                    _collect(sending)
                sent = pool.submit(self._ask, "upload_part", name, UploadId=upload, Body=content, **parts[-1])
                sending[sent] = parts[-1]
            while sending:
                _collect(sending)
        if whole.hexdigest() != sha256:
            raise self._damaged(name, sha256)
        return parts

    def _abort(self, name: str, upload: str) -> None:
        try:
            self._ask("abort_multipart_upload", name, UploadId=upload)
        except ArtifactMissing:
            pass

    def _sum(self, content: bytes) -> dict[str, str]:
        if not self.settings.checksums:
            return {}
        return {"ChecksumSHA256": base64.b64encode(hashlib.sha256(content).digest()).decode()}

    def _ask(self, operation: str, name: str, **parameters: Any) -> dict[str, Any]:
        with translated(str(self), f"{operation.replace('_', ' ')} {name}"):
            answer: dict[str, Any] = getattr(self._client(), operation)(
                Bucket=self.name, Key=self.prefix + name, **parameters
            )
        return answer

    def _client(self) -> Any:
        return client(self.settings)

    def _damaged(self, name: str, sha256: str) -> ArtifactDamaged:
        return ArtifactDamaged(
            f"the bytes for {self}/{name} are not those of SHA-256 {sha256}; make the file again", name
        )


def _collect(sending: dict[Future[Any], dict[str, Any]]) -> None:
    for future in wait(sending, return_when=FIRST_COMPLETED).done:
        sending.pop(future)["ETag"] = future.result()["ETag"]
