"""How a bucket is reached, and how objects are written to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class S3Settings:
    """What differs from one S3 service to another. Where a value is None, boto3 looks where it always does:
    `AWS_…` variables, `~/.aws`, the machine's own role.

    `profile` names a section of `~/.aws`. `checksums` sends a SHA-256 with every write, which the service checks before
    it takes the bytes; for a service that refuses the header, False. `links` allows links that anybody can download
    with. A call is tried `attempts` times.
    """

    endpoint: str | None = None
    region: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    checksums: bool = True
    links: bool = False
    attempts: int = 4
    connect_timeout_s: float = 5
    read_timeout_s: float = 60
    profile: str | None = None


@dataclass(frozen=True)
class ObjectSettings:
    """How the service keeps what is written: `encryption` is None (the bucket's own rule), `AES256` or `aws:kms`, with
    `kms_key` where it is not the default key; `tags` are names and values.
    """

    encryption: str | None = None
    kms_key: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    def parameters(self) -> dict[str, str]:
        """What boto3 calls them."""
        named = {
            "ServerSideEncryption": self.encryption,
            "SSEKMSKeyId": self.kms_key,
            "Tagging": urlencode(self.tags),
        }
        return {name: value for name, value in named.items() if value}
