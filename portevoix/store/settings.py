"""How a bucket is reached."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class S3Settings:
    """What differs from one S3 service to another. Where a value is None, boto3 looks where it always does:
    `AWS_…` variables, `~/.aws`, the machine's own role.

    `checksums` sends a SHA-256 with every write, which the service checks before it takes the bytes; for a service that
    refuses the header, False. `links` allows links that anybody can download with. A call is tried `attempts` times.
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
