"""Whether the accounts of a job have room left for what it is made from."""

from __future__ import annotations

from collections.abc import Mapping

from service import room
from service.documents import accounts_of
from service.http.context import ServiceContext
from service.http.problems import Refused


def check_accounts(context: ServiceContext, document: str, sent: Mapping[str, int]) -> None:
    """Raise Refused (413) where an account that a job is for has no room left. `sent`: bytes by digest."""
    for name in accounts_of(document):
        account = context.library.accounts.get(name)
        if account and account.room:
            said = room.too_much(name, account.room, room.files_of_account(context.ledger, name), sent)
            if said:
                raise Refused(413, said)
