"""Captions cue by cue, as an editor shows and sends them. Times are thousandths of a second."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.http.models.problems import Answer

MOST_CUES = 10_000  # of a file; the largest that is read has fewer
MOST_CHECKED = 400  # in one look
LONGEST_TEXT = 5_000  # characters of a cue
LONGEST_MS = 360_000_000

_CUE: dict[str, Any] = {"start_ms": 500, "end_ms": 1500, "text": "Bonjour", "was": 0}


class CueBody(BaseModel):
    """A cue that somebody wrote. `was`: its place in the version that was read, from 0; null where it is new. What a
    page does not show (places on screen, word times, italics) is taken from there.
    """

    start_ms: int = Field(ge=0, le=LONGEST_MS)
    end_ms: int = Field(ge=0, le=LONGEST_MS)
    text: str = Field(max_length=LONGEST_TEXT)
    was: int | None = Field(None, ge=0, lt=MOST_CUES)
    speaker: str = Field("", max_length=200)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CUE]})


class CuesBody(BaseModel):
    """The whole text of a language, or of one clip of it."""

    cues: list[CueBody] = Field(min_length=1, max_length=MOST_CUES)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"cues": [_CUE]}]})


class DraftBody(BaseModel):
    """Cues that follow each other, to be looked at before they are saved."""

    cues: list[CueBody] = Field(min_length=1, max_length=MOST_CHECKED)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"cues": [_CUE]}]})


class ProofBody(DraftBody):
    """Which picture is drawn: of the film at `path`, of the first cue, `at_ms` in the time of its script; its middle
    without. The other cues are who spoke before.
    """

    path: str = Field(min_length=1, max_length=400)
    at_ms: int | None = Field(None, ge=0, le=LONGEST_MS)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"cues": [_CUE], "path": "square/essai_square_fr.mp4"}]}
    )


class CueView(Answer):
    """A cue as it stands."""

    start_ms: int
    end_ms: int
    text: str
    speaker: str


class CuesView(Answer):
    """A language's captions cue by cue. `version`: their digest, for `If-Match`; `name`: of the file.

    A second `t` of the script is shown at `(t - offset_s) / tempo + low_s` of the programme, up to `high_s`. `cuts_s`:
    where the programme's picture changes; `waveform`: its peaks, 50 a second, 0 to 255, where its sound is made.
    """

    version: str
    name: str
    clip: int
    clips: int
    cues: list[CueView]
    fps: float
    low_s: float
    high_s: float
    offset_s: float
    tempo: float
    cuts_s: list[float]
    waveform: list[int]
    limits: dict[str, float]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "5c" * 32,
                    "name": "fr.vtt",
                    "clip": 0,
                    "clips": 1,
                    "cues": [{"start_ms": 500, "end_ms": 1500, "text": "Bonjour", "speaker": ""}],
                    "fps": 25.0,
                    "low_s": 0.0,
                    "high_s": 4.0,
                    "offset_s": 0.0,
                    "tempo": 1.0,
                    "cuts_s": [2.0],
                    "waveform": [0, 12],
                    "limits": {"reading_speed_cps": 17.0},
                }
            ]
        }
    )


class FindingView(Answer):
    """What a rule found in a cue: its place among those that were sent, from 0."""

    cue: int
    rule: str
    strictness: str
    message: str


class CheckView(Answer):
    """What a subtitler would object to, and how each cue reads: characters, and characters a second."""

    findings: list[FindingView]
    speeds: list[tuple[float, float]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "findings": [
                        {"cue": 0, "rule": "too short", "strictness": "warning", "message": "stands 0.40 s"},
                    ],
                    "speeds": [[7.0, 7.0]],
                }
            ]
        }
    )


class EditorsView(Answer):
    """Who else has these words open, and which version stands."""

    others: list[str]
    version: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"others": ["amina"], "version": "5c" * 32}]})
