"""Files on their way in, and those that have arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from service.http.models.problems import Answer
from service.ledger.inputs import Input

SHA256 = r"^[0-9a-f]{64}$"


UNSEEN = str.maketrans(
    "", "", "\u200c\u200d\u200e\u200f"
)  # joiners and direction marks: Persian, Hindi names need them


def is_plain(name: str) -> bool:
    """Whether a name has nothing that cannot be shown, or that changes how what stands beside it is read."""
    return name.translate(UNSEEN).isprintable()


def _file_name(name: str) -> str:
    if not is_plain(name) or "/" in name or "\\" in name:
        raise ValueError("is no file's name; give it without its folder")
    return name


FileName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_file_name)]
Digest = Annotated[str, Field(pattern=SHA256)]


class UploadView(Answer):
    """An upload as it stands. `offset`: the byte to go on from.

    `sha256` is there when the file is, and is its name from now on; until then, `expires` says when it is forgotten.
    """

    id: str
    size: int
    offset: int
    expires: datetime | None
    sha256: str | None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0c9fd2ab6c9d4ad8a7f0a2b3f5d6e7a8",
                    "size": 48_211_004,
                    "offset": 48_211_004,
                    "expires": None,
                    "sha256": "9f" * 32,
                }
            ]
        }
    )


class InputView(Answer):
    """A file that has arrived: `sha256` is its name from now on."""

    sha256: str
    name: str
    bytes: int

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sha256": "9f" * 32, "name": "minister.mp4", "bytes": 48_211_004}]}
    )

    @classmethod
    def of(cls, found: Input) -> InputView:
        return cls(sha256=found.digest, name=found.name, bytes=found.bytes)


class InputList(Answer):
    """Uploaded files, the newest first."""

    inputs: list[InputView]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"inputs": [{"sha256": "9f" * 32, "name": "minister.mp4", "bytes": 48211004}]}]}
    )
