"""boto3's client for a bucket, and what its errors mean. The one module through which boto3 enters."""

from __future__ import annotations

import functools
import os
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

from portevoix.store.errors import ArtifactMissing, StoreError, StoreFull, StoreRefused, StoreUnavailable
from portevoix.store.settings import S3Settings

CONNECTIONS = 12
CHANGED_ON_THE_WAY = {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "IncompleteBody"}
LATER = {"RequestTimeout", "SlowDown", "OperationAborted", "ConditionalRequestConflict", "Throttling"}
FULL = {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
FULL |= {"EntityTooLarge"}  # what OpenStack Swift says of a quota; our parts are far below any service's own limit
OTHER_REGION = {"AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "301"}
RIGHTS = "give the access key the rights that docs/store.md lists"
NEXT_STEPS = {
    "NoSuchBucket": "make the bucket, or mend its name",
    "AccessDenied": RIGHTS,
    "403": RIGHTS,  # an answer without a body: to HEAD
    "InvalidAccessKeyId": "check the access key",
    "SignatureDoesNotMatch": "check the access key and its secret",
    "ExpiredToken": "renew the access key's session",
    "RequestTimeTooSkewed": "set this machine's clock",
    "NotImplemented": "the service does not know this: leave the setting out, or choose another service",
}
ASK_A_PERSON = "check the bucket's name and region, the access key and its rights, and the clock"


class ObjectNameTaken(StoreError):
    """The name holds something that the call did not expect: another program wrote it, before or meanwhile."""


class NotOffered(StoreRefused):
    """The service answers that it does not do such a thing at all."""


@contextmanager
def translated(place: str, doing: str) -> Iterator[None]:
    """Turn errors of boto3 into ours, which name the place, what was done there and the next step."""
    try:
        yield
    except ClientError as error:
        raise _meant(error, f"{place}: {doing}", doing.rpartition(" ")[2]) from error
    except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise StoreUnavailable(f"{place}: {doing}: {error}; try again later") from error
    except BotoCoreError as error:
        raise StoreRefused(f"{place}: {doing}: {error}; check the store's settings") from error


def _meant(error: ClientError, doing: str, name: str) -> StoreError:
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    code = error.response["Error"].get("Code", "")
    said = f"{doing}: {code} {error.response['Error'].get('Message', '')}".rstrip(" .")
    if status == 412:
        return ObjectNameTaken(said)
    if status == 404 and code != "NoSuchBucket":
        return ArtifactMissing(f"{said}; it is not there", name)
    if status == 507 or code in FULL:
        return StoreFull(f"{said}; free the bucket or raise its limit, then try again")
    if code in CHANGED_ON_THE_WAY or (status >= 500 and status != 501) or status == 429 or code in LATER:
        return StoreUnavailable(f"{said}; try again later")
    kind = NotOffered if status == 501 else StoreRefused
    return kind(f"{said}; {_next_step(error, code)}")


def _next_step(error: ClientError, code: str) -> str:
    if code in OTHER_REGION:
        headers = error.response["ResponseMetadata"].get("HTTPHeaders", {})
        region = error.response["Error"].get("Region") or headers.get("x-amz-bucket-region")
        return f"set the region to {region}" if region else "set the region that the bucket is in"
    return NEXT_STEPS.get(code, ASK_A_PERSON)


def client(settings: S3Settings) -> Any:
    """The client for these settings; threads share it, every process has its own."""
    return _connect(settings, os.getpid())


@functools.lru_cache(8)
def _connect(settings: S3Settings, process: int) -> Any:
    session = boto3.session.Session(
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        region_name=settings.region,
        profile_name=settings.profile,
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
            max_pool_connections=CONNECTIONS,
            # Other services than Amazon's break on the CRC32 that boto3 adds to everything; we send and check SHA-256.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
