"""The connection to an S3 service, and what its errors mean. The one module that uses boto3."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
)

from portevoix.store.errors import ArtifactMissing, StoreError, StoreRefused, StoreUnavailable
from portevoix.store.settings import S3Settings

PARTS_AT_ONCE = 3  # and one being read: 32 MiB of memory, whatever the file
CHANGED_ON_THE_WAY = {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody"}
LATER = {"RequestTimeout", "SlowDown", "OperationAborted", "ConditionalRequestConflict", "Throttling"}


class NameTaken(StoreError):
    """The name holds something already."""


@contextmanager
def translated(bucket: object, doing: str) -> Iterator[None]:
    """Raise an error of boto3 as one of this package. Messages name `bucket` and what it was `doing`."""
    try:
        yield
    except ClientError as error:
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
        code = error.response["Error"].get("Code", "")
        said = f"{bucket}: {doing}: {code} {error.response['Error'].get('Message', '')}".rstrip(" .")
        if status == 412:
            raise NameTaken(said) from error
        if status == 404 and code != "NoSuchBucket":
            raise ArtifactMissing(f"{said}; it is not there", doing.rpartition(" ")[2]) from error
        if code in CHANGED_ON_THE_WAY or (status >= 500 and status != 501) or status == 429 or code in LATER:
            raise StoreUnavailable(f"{said}; try again later") from error
        raise StoreRefused(
            f"{said}; check the bucket's name and region, the access key and its rights, and the clock"
        ) from error
    except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise StoreUnavailable(f"{bucket}: {doing}: {error}; try again later") from error
    except BotoCoreError as error:
        raise StoreRefused(f"{bucket}: {doing}: {error}; check the store's settings") from error


@functools.lru_cache(8)
def connect(settings: S3Settings, process: int) -> Any:
    """A client for the process of that id; it may not cross a fork."""
    session = boto3.session.Session(
        aws_access_key_id=settings.access_key, aws_secret_access_key=settings.secret_key, region_name=settings.region
    )
    return session.client(
        "s3",
        endpoint_url=settings.endpoint,
        config=Config(
            signature_version="s3v4",  # without it, links for us-east-1 are signed the old way
            s3={"addressing_style": "path"},
            retries={"mode": "standard", "total_max_attempts": settings.attempts},
            connect_timeout=settings.connect_timeout_s,
            read_timeout=settings.read_timeout_s,
            max_pool_connections=4 * PARTS_AT_ONCE,
            # Other services than Amazon's break on the CRC32 that boto3 adds to everything; we send and check SHA-256.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
