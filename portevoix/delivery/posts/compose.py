"""A post as it will stand at one placement: its text with hashtags and handles, its title, its other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portevoix.authoring.job import Job
from portevoix.authoring.placement import Placement
from portevoix.timeline.cues import PlacedCue


@dataclass(frozen=True)
class ComposedPost:
    """One language's post at one placement. `text` is what is pasted: the words, then handles and hashtags.

    What a placement does not take is empty; so is what the job does not say.
    """

    text: str
    title: str
    hashtags: tuple[str, ...]
    handles: tuple[str, ...]
    alt_text: str
    transcript: str


def compose_post(
    job: Job, language: str, placement: Placement | None, captions: Sequence[PlacedCue] = ()
) -> ComposedPost | None:
    """The post of a job in a language at a placement; None where the job has no post in this language."""
    texts = job.post and job.post.texts_at(*_where(placement))
    if job.post is None or texts is None or language not in texts.languages():
        return None
    takes_text = placement is None or placement.takes_post_text
    tags = texts.hashtags.get(language, ()) if takes_text else ()
    handles = job.post.handles.get(placement.platform, ()) if placement and takes_text else ()
    words = texts.text.get(language, "").strip() if takes_text else ""
    return ComposedPost(
        text=_together(words, [f"@{name}" for name in handles], [f"#{tag}" for tag in tags]),
        title=_title(job, texts.title.get(language, ""), language, placement),
        hashtags=tags,
        handles=handles,
        alt_text=texts.alt_text.get(language, "").strip(),
        transcript=job.post.transcript.get(language, "").strip() or transcript_of(captions),
    )


def transcript_of(captions: Sequence[PlacedCue]) -> str:
    """What is said, a paragraph for each speaker's turn."""
    paragraphs: list[tuple[str, list[str]]] = []
    for cue in captions:
        if not paragraphs or (cue.speaker and cue.speaker != paragraphs[-1][0]):
            paragraphs.append((cue.speaker, []))
        paragraphs[-1][1].append(" ".join(cue.text.split()))
    return "\n\n".join((f"{who}: " if who else "") + " ".join(said) for who, said in paragraphs)


def _where(placement: Placement | None) -> tuple[str | None, str | None]:
    return (placement.name, placement.platform) if placement else (None, None)


def _title(job: Job, own: str, language: str, placement: Placement | None) -> str:
    """The title where a placement has one: the post's own, else the job's."""
    if placement is not None and placement.max_title_characters is None:
        return ""
    return own.strip() or job.title.get(language, "").strip()


def _together(words: str, handles: Sequence[str], tags: Sequence[str]) -> str:
    last = " ".join([*handles, *tags])
    return "\n\n".join(part for part in (words, last) if part)
