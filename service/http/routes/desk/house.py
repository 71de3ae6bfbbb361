"""The house: its kits and what they draw, accounts, languages, people and their roles, tokens, the record."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portevoix.cli.sheets.brand import contact_sheet
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.identity import Identity
from portevoix.library import Library
from service import people, record, sessions, tokens
from service.gate import ALL, Caller, Grant, Right, Role
from service.http.auth import Administrator, Auditor, Known, Watcher
from service.http.context import Context, ServiceContext
from service.http.desk import deeds
from service.http.desk.forms import Form, FormOf
from service.http.desk.house import kits_of, languages_of, people_of, tokens_of
from service.http.desk.rendering import Page, PageOf, go
from service.http.parameters import PersonId, TokenId
from service.http.problems import Refused
from service.ledger.database import reading, writing
from service.record import RowFilter, What
from service.room import filled

ROWS = 100  # of the record on one page
SHEET_WIDTH = 1_600
SHEET_FORMATS = ("square", "story")

Kit = Annotated[str, Path(max_length=80)]

router = APIRouter()


@router.get("/desk/house")
def house_page(page: PageOf, context: Context, caller: Watcher) -> HTMLResponse:
    """Kits, accounts and languages."""
    seen = caller.rights.get(Right.LIST, frozenset())
    accounts = {name: one for name, one in context.library.accounts.items() if ALL in seen or name in seen}
    shown: dict[str, Any] = {"kits": kits_of(context.library, page.texts), "accounts": accounts}
    rooms = {one.account: one for one in filled(context.ledger, context.library) if one.account in accounts}
    return page.render("house.html", caller, **shown, rooms=rooms, languages=languages_of(context.library))


@router.get("/desk/house/kits/{kit}/{language}")
def sheet(kit: Kit, language: str, context: Context, caller: Watcher) -> Response:
    """What a kit draws, as the product draws it."""
    if kit not in context.library.kits or language not in ("fr", "ar"):
        raise Refused(404, f"there is no kit {kit!r} with a sheet in {language!r}")
    found = context.library.kits[kit]
    identity = Identity(found.values, found.logos, Fonts(context.library.root / "fonts"))
    return Response(_drawn(found.digest, language, _Drawing(identity, context.library)), media_type="image/webp")


class _Drawing:
    """What a sheet is drawn with; which one it is, its kit's digest says."""

    def __init__(self, identity: Identity, library: Library) -> None:
        self.identity, self.library = identity, library

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawing)


@lru_cache(16)
def _drawn(digest: str, language: str, drawing: _Drawing) -> bytes:
    profile = drawing.library.languages[language]
    image = contact_sheet(drawing.identity, profile, drawing.library.root, SHEET_FORMATS).convert("RGB")
    image.thumbnail((SHEET_WIDTH, 4 * SHEET_WIDTH))
    written = io.BytesIO()
    image.save(written, "WEBP", quality=80)
    return written.getvalue()


@router.get("/desk/house/people")
def people_page(page: PageOf, context: Context, caller: Known) -> HTMLResponse:
    """People and their roles, for those who may change them; everybody's own tokens."""
    return _people(page, context, caller)


def _people(page: Page, context: ServiceContext, caller: Caller, link: str | None = None, of: str = "") -> HTMLResponse:
    everybody = people_of(context.ledger, caller)
    covered = caller.rights.get(Right.PEOPLE, frozenset())
    accounts = [*([ALL] if ALL in covered else []), *(n for n in context.library.accounts if {ALL, n} & covered)]
    shown: dict[str, Any] = {
        "everybody": everybody,
        "names": {one.id: one.name for one in everybody} | {caller.id: caller.name},
    }
    given = tokens_of(context.ledger, caller)
    return page.render(
        "people.html", caller, **shown, tokens=given, accounts=accounts, roles=list(Role), link=link, link_of=of
    )


@router.post("/desk/house/people")
def add_person(request: Request, page: PageOf, form: FormOf, context: Context, caller: Administrator) -> HTMLResponse:
    """Add a person with a role, and show once the link with which they choose a password."""
    person = people.add(context.ledger, caller, form.needed("name", 60), [_grant(form, context.library)])
    return _with_link(request, page, context, caller, person.id)


@router.post("/desk/house/people/{person}/link")
def new_link(person: PersonId, request: Request, page: PageOf, context: Context, caller: Administrator) -> HTMLResponse:
    """A new link for somebody, shown once."""
    return _with_link(request, page, context, caller, person)


def _with_link(request: Request, page: Page, context: ServiceContext, caller: Caller, person: str) -> HTMLResponse:
    key = sessions.new_link(context.ledger, caller, person)
    link = sessions.link_of(context.settings.public_url or str(request.base_url), key)
    return _people(page, context, caller, link, people.find(context.ledger, person).name)


@router.post("/desk/house/people/{person}/roles")
def change_roles(person: PersonId, form: FormOf, context: Context, caller: Administrator) -> RedirectResponse:
    """Give somebody one more role, or take one away."""
    found, grant = people.find(context.ledger, person), _grant(form, context.library)
    if found.subject is not None:
        raise Refused(409, f"the roles of {found.name!r} come from the identity provider; change their groups there")
    left = [one for one in found.grants if one != grant]
    people.change(context.ledger, caller, person, left if form.get("take") else [*left, grant])
    return go("/desk/house/people", said="roles")


@router.post("/desk/house/people/{person}/remove")
def remove_person(person: PersonId, context: Context, caller: Administrator) -> RedirectResponse:
    """Take somebody's roles, sessions, tokens and password."""
    people.remove(context.ledger, caller, person)
    return go("/desk/house/people", said="removed")


@router.post("/desk/house/tokens/{token}/revoke")
def revoke_token(token: TokenId, context: Context, caller: Known) -> RedirectResponse:
    """End a token."""
    tokens.revoke(context.ledger, caller, token)
    return go("/desk/house/people", said="revoked")


def _grant(form: Form, library: Library) -> Grant:
    role, account = form.needed("role", 20), form.needed("account", 80)
    if role not in list(Role):
        raise Refused(422, f"there is no role {role!r}")
    if account != ALL and account not in library.accounts:
        raise Refused(422, f"account {account!r} is not known; accounts.yaml lists those there are")
    return Grant(Role(role), account)


@router.get("/desk/house/record")
def record_page(
    page: PageOf,
    context: Context,
    caller: Auditor,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    what: Annotated[str, Query(max_length=32)] = "",
) -> HTMLResponse:
    """The record, the oldest first; from its end where nothing is said."""
    wanted = What(what) if what in list(What) else None
    with writing(context.ledger) as db:
        row = record.write(db, caller, What.RECORD_READ, detail={"after": after})
    first = after or max(row.id - ROWS, 0)
    with reading(context.ledger) as db:
        found = list(record.rows(db, RowFilter(first, what=wanted), ROWS))
    return page.render(
        "record.html", caller, rows=found, first=first, most=ROWS, what=what, kinds=list(What), deeds=deeds
    )
