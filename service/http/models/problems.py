"""Why a request was not done."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from portevoix.errors import Fault


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class FaultView(Answer):
    """One mistake at its place. `line` and `column` count from 1; `place`: the keys that lead to the value, where one
    is meant.
    """

    file: str
    line: int | None
    column: int | None
    message: str
    place: tuple[str | int, ...] = ()


class Problem(Answer):
    """Why a request was not done. `faults`: every mistake in what was sent, when it was that."""

    error: str
    detail: str
    faults: list[FaultView] = []

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": "InvalidInput",
                    "detail": "essai.yaml:1:9: recipe 'interwiew' is not known; did you mean 'interview'?",
                    "faults": [
                        {
                            "file": "essai.yaml",
                            "line": 1,
                            "column": 9,
                            "message": "recipe 'interwiew' is not known; did you mean 'interview'?",
                            "place": ["recipe"],
                        }
                    ],
                }
            ]
        }
    )

    @classmethod
    def of_faults(cls, faults: Sequence[Fault]) -> Problem:
        shown = [FaultView(file=f.file, line=f.line, column=f.column, message=f.message, place=f.place) for f in faults]
        return cls(error="InvalidInput", detail="\n".join(map(str, faults)), faults=shown)
