"""What the rows of the record say, in the reader's language."""

from __future__ import annotations

from service.http.desk.texts import Texts
from service.record import What


def of_deed(texts: Texts, what: str) -> str:
    """What was done, by its name in the record; that name where it is none of today's."""
    _ = texts.gettext
    known = {
        What.READ: _("read"),
        What.REFUSED: _("refused"),
        What.SUBMITTED: _("submitted"),
        What.STARTED: _("started"),
        What.CORRECTED: _("corrected"),
        What.CANCELLED: _("cancelled"),
        What.RETRIED: _("tried again"),
        What.PRIORITY_CHANGED: _("priority changed"),
        What.SIGNED_IN: _("signed in"),
        What.SIGN_IN_REFUSED: _("sign-in refused"),
        What.SIGNED_OUT: _("signed out"),
        What.SESSIONS_ENDED: _("sessions ended"),
        What.PERSON_ADDED: _("person added"),
        What.PERSON_CHANGED: _("person changed"),
        What.PERSON_REMOVED: _("person removed"),
        What.PASSWORD_SET: _("password set"),
        What.TOKEN_ISSUED: _("token issued"),
        What.TOKEN_USED: _("token used"),
        What.TOKEN_REVOKED: _("token revoked"),
        What.RECORD_READ: _("record read"),
        What.COMMENTED: _("commented"),
        What.APPROVED: _("approved"),
        What.REJECTED: _("rejected"),
        What.APPROVAL_TAKEN_BACK: _("approval taken back"),
        What.EMBARGO_CHANGED: _("embargo changed"),
        What.RELEASE_ASKED: _("release asked"),
        What.RELEASED: _("released"),
        What.RELEASE_FAILED: _("release failed"),
        What.RELEASE_CANCELLED: _("release cancelled"),
        What.WITHDRAWAL_ASKED: _("withdrawal asked"),
        What.WITHDRAWN: _("withdrawn"),
        What.ERASED: _("erased"),
        What.RETENTION_CHANGED: _("retention changed"),
    }
    return {str(kind): said for kind, said in known.items()}.get(what, what)


def of_way(texts: Texts, via: str) -> str:
    """How somebody asked."""
    return {
        "session": texts.gettext("on the pages"),
        "token": texts.gettext("by a token"),
        "command": texts.gettext("at the command line"),
    }.get(via, via)
