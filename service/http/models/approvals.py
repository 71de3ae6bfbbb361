"""Review: how each language of a job stands, what was decided of it, and what was said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.approvals import Decision, Standing
from service.comments import Comment, NewComment
from service.http.models.problems import Answer

LONGEST_COMMENT = 4_000
CORNERS = ("from", "to")  # of a rectangle, an arrow
MOST_MARKS, MOST_POINTS = 20, 300  # of a drawing, and of a line of the pen
_VERSION = "9b1e0c5a77d3f210-4c6f0a9e2b8d7135"
_MARK: dict[str, Any] = {"kind": "rectangle", "points": [[0.2, 0.4], [0.6, 0.7]]}
_DRAWING: dict[str, Any] = {"format": "square", "marks": [_MARK]}

Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
VersionName = Annotated[str, Field(pattern="^[0-9a-f]{16}-[0-9a-f]{16}$")]
Part = Annotated[float, Field(ge=0, le=1)]
Second = Annotated[float, Field(ge=0, le=86_400)]


class NewApproval(BaseModel):
    """Agree to a language as it was seen. `version`: as the review names it."""

    language: Language
    version: VersionName

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"language": "fr", "version": _VERSION}]})


class NewRejection(NewApproval):
    """Refuse a language as it was seen, and say why. `at`: the second of the programme that it is about."""

    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)
    at: Second | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"language": "fr", "version": _VERSION, "text": "“ministre” without a capital", "at": 12.4}]
        },
    )

    def comment(self) -> NewComment:
        """The comment that goes with it."""
        return NewComment(self.text, self.language, self.at)


class Mark(BaseModel):
    """Something drawn on a frame: a line of the pen, a rectangle by two corners, an arrow from its end to its point.

    `points`: each in parts of the frame's width and height, from its upper left corner.
    """

    kind: Literal["pen", "rectangle", "arrow"]
    points: tuple[tuple[Part, Part], ...] = Field(min_length=2, max_length=MOST_POINTS)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_MARK]})

    @model_validator(mode="after")
    def _two_points(self) -> Mark:
        if self.kind != "pen" and len(self.points) != len(CORNERS):
            raise ValueError(f"{self.kind} has two points, not {len(self.points)}")
        return self


class DrawnMark(BaseModel):
    """What was drawn on a frame of one format."""

    format: str = Field(min_length=1, max_length=20)
    marks: tuple[Mark, ...] = Field(min_length=1, max_length=MOST_MARKS)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_DRAWING]})


class RemarkBody(BaseModel):
    """A comment on the version that stands. Without `language` about all, without `at` about the whole programme; with
    `until` about a span. A `drawing` is on the frame at `at`.
    """

    text: str = Field(min_length=1, max_length=LONGEST_COMMENT)
    language: Language | None = None
    at: Second | None = None
    until: Second | None = None
    drawing: DrawnMark | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "The hand hides it", "language": "fr", "at": 12.4, "drawing": _DRAWING}],
        },
    )

    @model_validator(mode="after")
    def _drawn_on_a_frame(self) -> RemarkBody:
        if self.drawing and self.at is None:
            raise ValueError("a `drawing` is on one frame; say its second in `at`")
        return self

    def comment(self) -> NewComment:
        """The comment to be kept. What ends before it begins is about one moment."""
        until = self.until if self.at is not None and self.until is not None and self.until > self.at else None
        drawing = self.drawing.model_dump(mode="json") if self.drawing else None
        return NewComment(self.text, self.language, self.at, until, drawing)


class CommentChange(BaseModel):
    """Whether a comment is dealt with."""

    resolved: bool

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"resolved": True}]})


_COMMENT: dict[str, Any] = {
    "id": 7,
    "round": 1,
    "language": "fr",
    "at": 12.4,
    "until": None,
    "text": "The name is hidden by the hand",
    "by": "amina",
    "created": "2026-12-01T08:20:00Z",
    "resolved_by": None,
    "resolved": None,
    "drawing": _DRAWING,
}


class CommentView(Answer):
    """A comment. `round`: the version of the job that it is about."""

    id: int
    round: int
    language: str | None
    at: float | None
    until: float | None
    text: str
    by: str
    created: datetime
    resolved_by: str | None
    resolved: datetime | None
    drawing: DrawnMark | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [_COMMENT]})

    @classmethod
    def of(cls, comment: Comment) -> CommentView:
        about: dict[str, Any] = {
            "id": comment.id,
            "round": comment.round,
            "language": comment.language,
            "at": comment.second,
        }
        about |= {"until": comment.until, "drawing": comment.drawing}
        resolved = {"resolved_by": comment.resolved_by, "resolved": moment(comment.resolved_s)}
        return cls.model_validate(
            {**about, "text": comment.text, "by": comment.by, "created": moment(comment.created_s), **resolved}
        )


class CommentList(Answer):
    """The comments of every version of a job, the oldest first."""

    comments: list[CommentView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"comments": [_COMMENT]}]})


class DecisionView(Answer):
    """What somebody decided of the version that stands."""

    verdict: Literal["approved", "rejected"]
    by: str
    at: datetime
    comment: int | None

    @classmethod
    def of(cls, decision: Decision) -> DecisionView:
        at = datetime.fromtimestamp(decision.at_s, UTC)
        return cls(verdict=decision.verdict, by=decision.name, at=at, comment=decision.comment)


class ReviewedFile(Answer):
    """A finished file of a language."""

    path: str
    kind: str
    account: str | None
    sha256: str


_LANGUAGE: dict[str, Any] = {
    "language": "fr",
    "accounts": ["ministere"],
    "version": _VERSION,
    "words": "9b1e0c5a77d3f210" * 4,
    "files_digest": "4c6f0a9e2b8d7135" * 4,
    "changed_by": "paul",
    "decisions": [{"verdict": "approved", "by": "amina", "at": "2026-12-01T08:30:00Z", "comment": None}],
    "blocks": [],
    "missing": {"ministere": None},
    "files": [
        {"path": "ministere/x/essai_square_fr.mp4", "kind": "video", "account": "ministere", "sha256": "5c" * 32}
    ],
}


class LanguageView(Answer):
    """How a language stands.

    `version` is what one approves: its words and its files, whose whole digests are `words` and `files_digest`.
    `blocks` are the rules that stand against approval. `missing`: for each account why it may not be released; null
    where it may.
    """

    language: str
    accounts: list[str]
    version: str
    words: str
    files_digest: str
    changed_by: str
    decisions: list[DecisionView]
    blocks: list[str]
    missing: dict[str, str | None]
    files: list[ReviewedFile]

    model_config = ConfigDict(json_schema_extra={"examples": [_LANGUAGE]})

    @classmethod
    def of(cls, standing: Standing, needed: Mapping[str, int]) -> LanguageView:
        """`needed`: how many have to approve, for each account."""
        return cls(
            language=standing.language,
            accounts=list(standing.accounts),
            version=standing.version.name,
            words=standing.version.words,
            files_digest=standing.version.files,
            changed_by=standing.author_name,
            decisions=[DecisionView.of(decision) for decision in standing.decisions],
            blocks=list(standing.blocks),
            missing={account: standing.missing(needed.get(account, 1)) for account in standing.accounts},
            files=[ReviewedFile(path=f.path, kind=f.kind, account=f.account, sha256=f.sha256) for f in standing.files],
        )


class ReviewView(Answer):
    """How every language of a job stands; none before its files are there."""

    languages: list[LanguageView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"languages": [_LANGUAGE]}]})


def moment(seconds: float | None) -> datetime | None:
    """A time of the ledger as it is answered."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
