"""The house as its page shows it: kits, accounts, languages, people, tokens."""

from __future__ import annotations

from dataclasses import dataclass

from portevoix.authoring.kit import Kit
from portevoix.authoring.language import Language
from portevoix.library import Library
from service import people, tokens
from service.gate import ALL, Caller, Right
from service.http.desk.texts import Texts
from service.ledger import Ledger
from service.people import Person
from service.tokens import Token


@dataclass(frozen=True)
class KitCard:
    """A brand kit, and the accounts that have it."""

    name: str
    kit: Kit
    organisation: str
    accounts: tuple[str, ...]
    inherits: str | None


def kits_of(library: Library, texts: Texts) -> list[KitCard]:
    """Every kit, the house's own first."""
    found = []
    for name, kit in library.kits.items():
        said = kit.values.organisation
        own = tuple(handle for handle, account in library.accounts.items() if account.kit == name)
        parent = kit.folders[1].name if len(kit.folders) > 1 else None
        called = said.get(texts.code) or next(iter(said.values()), name)
        found.append(KitCard(name, kit, called, own, parent))
    return found


def languages_of(library: Library) -> list[tuple[Language, tuple[str, ...]]]:
    """Every language with the accounts that speak it, those that have some first."""
    spoken = {
        code: tuple(handle for handle, account in library.accounts.items() if account.language == code)
        for code in library.languages
    }
    return [(library.languages[code], own) for code, own in sorted(spoken.items(), key=lambda pair: not pair[1])]


def people_of(ledger: Ledger, caller: Caller) -> list[Person]:
    """Everybody whose accounts are all the caller's; empty where the caller may not change people."""
    if not caller.has(Right.PEOPLE):
        return []
    return [one for one in people.list_people(ledger) if caller.may(Right.PEOPLE, one.accounts or {ALL})]


def tokens_of(ledger: Ledger, caller: Caller) -> list[Token]:
    """The caller's tokens, and those of everybody whom they may change: those that still work."""
    return [one for one in tokens.list_tokens(ledger, caller) if one.revoked_s is None]
