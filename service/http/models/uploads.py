"""Files on their way in, and those that have arrived."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.http.models.problems import Answer
from service.ledger.inputs import Input

SHA256 = r"^[0-9a-f]{64}$"


def _file_name(name: str) -> str:
    if not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError("is no file's name; give it without its folder")
    return name


FileName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_file_name)]
Digest = Annotated[str, Field(pattern=SHA256)]


class NewUpload(BaseModel):
    """A file that is to be uploaded. `size` in bytes."""

    name: FileName
    size: int = Field(ge=1, le=2**53)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "minister.mp4", "size": 48_211_004}]}
    )


class UploadView(Answer):
    """An upload on its way. `offset`: the byte to go on from."""

    id: str
    name: str
    size: int
    offset: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "0c9fd2ab6c9d4ad8a7f0a2b3f5d6e7a8", "name": "minister.mp4", "size": 48211004, "offset": 0}
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
