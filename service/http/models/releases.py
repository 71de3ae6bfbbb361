"""Releases, withdrawals and embargoes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.http.models.approvals import Language, moment
from service.http.models.problems import Answer
from service.ledger.states import ReleaseState
from service.releases import NewRelease, Release


class ReleaseBody(BaseModel):
    """Release to an account what is approved: now, or when the embargo ends. `languages`: only these, empty for all."""

    account: str = Field(min_length=1, max_length=80)
    languages: tuple[Language, ...] = Field((), max_length=100)
    when: Literal["now", "embargo"] = "now"

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"account": "ministere", "when": "embargo"}]}
    )

    def wanted(self) -> NewRelease:
        """What is asked for."""
        return NewRelease(self.account, self.languages, self.when == "embargo")


class WithdrawalBody(BaseModel):
    """Take back what was released to an account."""

    account: str = Field(min_length=1, max_length=80)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"account": "ministere"}]})


class EmbargoBody(BaseModel):
    """The hour before which nothing of a job leaves; null: there is none any more."""

    embargo: AwareDatetime | None

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"embargo": "2031-03-01T09:00:00+01:00"}]}
    )


_RELEASE: dict[str, Any] = {
    "id": "2a1807d1f0e2d9c8a4b7e8f6d5c4b3a9",
    "kind": "release",
    "account": "ministere",
    "state": "released",
    "when": "embargo",
    "languages": [],
    "by": "jeanne",
    "asked": "2026-12-01T08:40:00Z",
    "ended": "2026-12-01T09:00:03Z",
    "released": ["fr"],
    "files": {"1/ministere/x/essai_square_fr.mp4": "5c" * 32},
    "left_out": {},
    "manifest": "manifests/essai/000001-9f3ab27c11d04e58.json",
    "digest": "9f3ab27c11d04e58" * 4,
    "number": 1,
    "error": None,
}


class ReleaseView(Answer):
    """A release or a withdrawal as it stands.

    `released`: the languages that its manifest names, those that were out before too; `files` what it names, each by
    its round and its name before it was released; `left_out`: each language that stayed behind, or file that could
    not be deleted, and why. `error`: what went wrong at the last try; while the state is `publishing` it is tried
    again.
    """

    id: str
    kind: Literal["release", "withdrawal"]
    account: str
    state: ReleaseState
    when: Literal["now", "embargo"]
    languages: list[str]
    by: str
    asked: datetime
    ended: datetime | None
    released: list[str]
    files: dict[str, str]
    left_out: dict[str, str]
    manifest: str | None
    digest: str | None
    number: int | None
    error: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [_RELEASE]})

    @classmethod
    def of(cls, release: Release) -> ReleaseView:
        return cls.model_validate(
            {
                "id": release.id,
                "kind": release.kind,
                "account": release.account,
                "state": release.state,
                "when": "embargo" if release.at_embargo else "now",
                "languages": list(release.languages),
                "by": release.by,
                "asked": moment(release.asked_s),
                "ended": moment(release.ended_s),
                "released": list(release.released),
                "files": dict(release.files),
                "left_out": dict(release.left_out),
                "manifest": release.manifest,
                "digest": release.digest,
                "number": release.number,
                "error": release.error,
            }
        )


class ReleaseList(Answer):
    """The releases and withdrawals of a job, the oldest first."""

    releases: list[ReleaseView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"releases": [_RELEASE]}]})
