"""What stands in a request's path, query and headers, and its limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Query

from service.http.models.jobs import LONGEST_PATH

LONGEST_METADATA = 8_000  # characters

JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["6b1f0e2d9c8a4b7e8f6d5c4b3a291807"])]
PersonId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["3d1f0e2d9c8a4b7e8f6d5c4b3a291807"])]
SessionId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["9c8a4b7e8f6d5c4b3a2918073d1f0e2d"])]
TokenId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["8f6d5c4b3a2918073d1f0e2d9c8a4b7e"])]
ReleaseId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["2a1807d1f0e2d9c8a4b7e8f6d5c4b3a9"])]
CommentId = Annotated[int, Path(ge=1, le=2**53, examples=[7])]
UploadId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0c9fd2ab6c9d4ad8a7f0a2b3f5d6e7a8"])]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="The same key and body again is the same job, for ever",
    ),
]

AccountName = Annotated[str, Path(min_length=1, max_length=200, examples=["ministere"])]
UploadLength = Annotated[int | None, Header(alias="Upload-Length", ge=0, le=2**53, description="Bytes of the file")]
UploadOffset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=2**53, description="The byte to go on from")]
UploadMetadata = Annotated[
    str,
    Header(
        alias="Upload-Metadata",
        max_length=LONGEST_METADATA,
        description="`filename` and its value in base64; what else is there is kept and given back",
        examples=["filename bWluaXN0ZXIubXA0"],
    ),
]
UploadChecksum = Annotated[
    str | None,
    Header(
        alias="Upload-Checksum",
        max_length=200,
        description="`sha1` or `sha256`, and the body's digest in base64",
        examples=["sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="],
    ),
]
Language = Annotated[str, Path(max_length=35, examples=["fr"])]
ClipNumber = Annotated[int, Query(ge=0, le=999, description="Which file, where each clip has one of its own")]
RoundNumber = Annotated[
    int | None, Query(alias="round", ge=1, le=2**31 - 1, description="As that round delivered it; the newest without")
]
FilePath = Annotated[str, Path(max_length=LONGEST_PATH, examples=["square/essai_square_fr.mp4"])]


@dataclass(frozen=True)
class WhichCaptions:
    """A caption file of a job. `clip` counts where each clip has a file of its own."""

    job: str
    language: str
    clip: int


def _which_captions(job: JobId, language: Language, clip: ClipNumber = 0) -> WhichCaptions:
    return WhichCaptions(job, language, clip)


Which = Annotated[WhichCaptions, Depends(_which_captions)]
