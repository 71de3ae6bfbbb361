"""What the pages call the states, errors and deeds of the service, in the reader's language.

The engine and the ledger speak in English sentences; here the same is said from their facts.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from functools import lru_cache

from portevoix.drawing.canvas import SIZES
from portevoix.library import Library
from service.gate import Role
from service.http.desk.texts import Texts
from service.ledger.states import JobState


def of_state(texts: Texts, state: str) -> str:
    """Where a job stands, in a word or two."""
    return {
        JobState.RECEIVED: texts.gettext("Received"),
        JobState.PLANNING: texts.gettext("Being planned"),
        JobState.PLANNED: texts.gettext("Planned"),
        JobState.RENDERING: texts.gettext("Being made"),
        JobState.CHECKING: texts.gettext("Being checked"),
        JobState.CANCELLING: texts.gettext("Being cancelled"),
        JobState.DONE: texts.gettext("Made"),
        JobState.FAILED: texts.gettext("Failed"),
        JobState.REFUSED: texts.gettext("Sent back"),
        JobState.CANCELLED: texts.gettext("Cancelled"),
    }[JobState(state)]


def of_stand(texts: Texts, stand: str) -> str:
    """How a language stands on its way out, where the language itself is named beside."""
    return {
        "changing": texts.gettext("Being made anew"),
        "blocked": texts.gettext("A check has failed"),
        "rejected": texts.gettext("Rejected"),
        "review": texts.gettext("Waits for a reviewer"),
        "second": texts.gettext("Waits for a second reviewer"),
        "ready": texts.gettext("Waits to be released"),
        "agreed": texts.gettext("Approved"),
        "hour": texts.gettext("Goes out at its hour"),
        "leaving": texts.gettext("Being released"),
        "out": texts.gettext("Out"),
    }[stand]


def of_role(texts: Texts, role: str) -> str:
    """What a person is for an account."""
    return {
        Role.AUTHOR: texts.gettext("Author"),
        Role.REVIEWER: texts.gettext("Reviewer"),
        Role.PUBLISHER: texts.gettext("Publisher"),
        Role.ADMINISTRATOR: texts.gettext("Administrator"),
    }[Role(role)]


def of_recipe(texts: Texts, name: str, summary: str) -> tuple[str, str]:
    """What a recipe is called and what it makes; a house's own recipe by its name and its own summary."""
    _ = texts.gettext
    known = {
        "alert": (_("Alert"), _("An urgent notice in words: a picture, and the same as ten seconds of video.")),
        "announcement": (_("Announcement"), _("What happens, when and where: a picture, and a loop.")),
        "correction": (_("Correction"), _("Somebody’s clip, and over it what it claims, struck and answered.")),
        "event": (_("Event"), _("The moments of a day, each with its title, over music.")),
        "explainer": (_("Explainer"), _("Points in words, by chapters, alone or over photos.")),
        "interview": (_("Interview"), _("Somebody speaks: title, name, headline, captions, closing card.")),
        "photo-story": (_("Photo story"), _("Photos that move slowly, each with its words.")),
        "statement": (_("Statement"), _("A quotation, line by line, over a photo or a clip.")),
        "subtitles": (_("Subtitles"), _("A finished film gets captions; its sound and frame stay.")),
    }
    return known.get(name, (name.replace("-", " ").replace("_", " ").capitalize(), summary))


def of_format(texts: Texts, name: str) -> str:
    """A frame, and how it is shaped."""
    return {
        "wide": texts.gettext("Wide 16:9"),
        "square": texts.gettext("Square 1:1"),
        "portrait": texts.gettext("Portrait 4:5"),
        "story": texts.gettext("Story 9:16"),
    }.get(name) or texts.gettext("As it was filmed")


def of_placement(name: str) -> str:
    """A placement as its platform writes itself: `instagram_story` is Instagram Story."""
    known = {"x": "X", "youtube": "YouTube", "linkedin": "LinkedIn", "tiktok": "TikTok"}
    return " ".join(known.get(part, part.capitalize()) for part in name.split("_"))


def of_films(texts: Texts, library: Library) -> dict[str, str]:
    """What films are called by their placement, by their format where they have none, and by `@` and their account."""
    formats = {name: of_format(texts, name) for name in (*SIZES, "source")}
    placements = {name: of_placement(name) for name in library.placements}
    return formats | placements | {f"@{name}": of_account(texts, library, name) for name in library.accounts}


def of_account(texts: Texts, library: Library, handle: str) -> str:
    """What people call an account; its handle where it has no other name."""
    account = library.accounts.get(handle)
    return (account and account.called(texts.code)) or handle


def direction_in(direction: str, text: str) -> str:
    """How a text of a language that is written in this direction reads: a credit in Latin letters alone, from the left,
    also among Arabic ones.
    """
    kinds = {unicodedata.bidirectional(character) for character in text}
    return "ltr" if "L" in kinds and not kinds & {"R", "AL"} else direction


def with_placements(library: Library, sentence: str) -> str:
    """A sentence of the engine with each placement's name as people write it; paths and what is quoted stay."""
    return _placement_pattern(tuple(library.placements)).sub(lambda found: of_placement(found[0]), sentence)


@lru_cache
def _placement_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds placements: a name of several words anywhere, one of a word only where a check's rule begins."""
    listed = [re.escape(name) for name in sorted(names, key=lambda name: -len(name))]
    several, alone = "|".join(name for name in listed if "_" in name), "|".join(listed)
    return re.compile(rf"(?<![\w/.`'])(?:{several})(?![\w/.`'])|(?:^|(?<=: ))(?:{alone})(?=\s?: )")


def of_text(texts: Texts, place: str) -> str:
    """What a text of a film is, by its place in the document (`title`, `speakers.a.name`)."""
    known = {
        "title": texts.gettext("Title"),
        "kicker": texts.gettext("Kicker"),
        "text": texts.gettext("Text"),
        "headline": texts.gettext("Headline"),
        "quote": texts.gettext("Quotation"),
        "name": texts.gettext("Name of a speaker"),
        "role": texts.gettext("Role of a speaker"),
        "credit": texts.gettext("Credit"),
        "source": texts.gettext("Source"),
        "alt_text": texts.gettext("Alt text"),
        "transcript": texts.gettext("Transcript"),
        "post": texts.gettext("Post"),
        "chapter": texts.gettext("Chapter"),
        "claim": texts.gettext("What is said"),
        "verdict": texts.gettext("Verdict"),
        "answer": texts.gettext("What is true"),
        "reference": texts.gettext("Reference"),
        "hashtags": texts.gettext("Hashtags"),
        "details": texts.gettext("Line"),
        "glossary": texts.gettext("Name"),
    }
    last = [part for part in place.split(".") if not part.isdecimal()][-1]
    if place.startswith("post.") and last == "text":
        return texts.gettext("Post")
    return known.get(last, last.replace("_", " ").capitalize())


def said(texts: Texts, deed: str) -> str | None:
    """What a form has just done; None for a name that is none of these."""
    return {
        "submitted": texts.gettext("The job is submitted. Its films appear one after the other."),
        "signed-out": texts.gettext("You have signed out."),
        "cancelled": texts.gettext("The job is cancelled."),
        "erased": texts.gettext("The job is erased; its files go within seconds."),
        "started": texts.gettext("The job is started."),
        "retried": texts.gettext("The job is tried again."),
        "hurried": texts.gettext("The job goes before the others now."),
        "approved": texts.gettext("Approved."),
        "approved-next": texts.gettext("Approved. Here is the next language that waits for you."),
        "rejected": texts.gettext("Rejected; the author sees why."),
        "commented": texts.gettext("Your comment is kept."),
        "released": texts.gettext("It is being released."),
        "scheduled": texts.gettext("It goes out at its hour."),
        "release-cancelled": texts.gettext("Cancelled; nothing changes at the account."),
        "withdrawn": texts.gettext("It is being taken back."),
        "moved": texts.gettext("The hour is moved."),
        "roles": texts.gettext("The roles are changed."),
        "removed": texts.gettext("Removed: roles, sessions, tokens and password are gone."),
        "revoked": texts.gettext("The token works no more."),
        "calmed": texts.gettext("The job waits its turn again."),
    }.get(deed)


def of_error(texts: Texts, status: int, error: str) -> tuple[str, str]:
    """The title of an error's page, and what to do."""
    named = {
        "OwnWords": (
            texts.gettext("You changed these words last"),
            texts.gettext("Another person approves them."),
        ),
        "OtherVersion": (
            texts.gettext("This has changed meanwhile"),
            texts.gettext("Go back, look at what is there now, and decide again."),
        ),
        "Blocked": (
            texts.gettext("A check stands against it"),
            texts.gettext("What fails the check has to be mended before it can be approved."),
        ),
        "NotReleasable": (
            texts.gettext("This cannot be released now"),
            texts.gettext("The reason stands below."),
        ),
        "TooManyTries": (
            texts.gettext("Too many tries"),
            texts.gettext("Wait some minutes and sign in again."),
        ),
    }
    return named.get(error) or _of_status(texts, status)


def _of_status(texts: Texts, status: int) -> tuple[str, str]:
    known = {
        401: (
            texts.gettext("You are not signed in any more"),
            texts.gettext("Sign in again; what you were writing is not sent yet."),
        ),
        403: (
            texts.gettext("You may not do this"),
            texts.gettext("Ask an administrator for the role that it needs."),
        ),
        404: (
            texts.gettext("There is nothing here"),
            texts.gettext("It may have been removed, or be another team's."),
        ),
        409: (
            texts.gettext("This does not go now"),
            texts.gettext("How things stand has changed, or stands against it."),
        ),
        412: (
            texts.gettext("Somebody else was faster"),
            texts.gettext("Go back, look at what is there now, and do it again."),
        ),
        422: (
            texts.gettext("Something is missing or wrong"),
            texts.gettext("Go back and correct it; nothing was done."),
        ),
        503: (
            texts.gettext("A part of the service does not answer"),
            texts.gettext("Nothing is lost. Try again in a moment."),
        ),
    }
    other = (texts.gettext("This was not done"), texts.gettext("Go back and try again."))
    return known.get(status, other)


def iso(seconds: float) -> str:
    """A moment as HTML writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def initials(name: str) -> str:
    """One or two letters for a name."""
    parts = [part for part in re.split(r"[\s._@-]+", name) if part]
    return "".join(part[0] for part in parts[:2]).upper()
