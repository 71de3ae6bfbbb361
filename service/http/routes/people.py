"""People and services, their roles, and their tokens."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service import people, sessions, tokens
from service.gate import ALL, Right
from service.http.auth import Administrator, Known
from service.http.context import Context, ServiceContext
from service.http.models.people import NewPerson, NewRoles, PersonList, PersonView, RoleFor, SetUpLink
from service.http.models.tokens import IssuedToken, TokenBody, TokenList, TokenView
from service.http.openapi import answers
from service.http.parameters import PersonId, TokenId
from service.http.problems import Refused

DAY_S = 86_400

router = APIRouter(tags=["people"])


@router.get("/people", responses=answers())
def list_people(context: Context, caller: Administrator) -> PersonList:
    """Everybody whose accounts are all the caller's, the removed too."""
    seen = [p for p in people.list_people(context.ledger) if caller.may(Right.PEOPLE, p.accounts or {ALL})]
    return PersonList(people=[PersonView.of(person) for person in seen])


@router.post("/people", status_code=201, responses=answers(400, 409))
def add_person(new: NewPerson, context: Context, caller: Administrator, response: Response) -> PersonView:
    """Add a person or a service, with their roles."""
    _check_accounts(context, new.roles)
    person = people.add(context.ledger, caller, new.name, [role.grant() for role in new.roles], new.kind)
    response.headers["Location"] = f"/people/{person.id}"
    return PersonView.of(person)


@router.put("/people/{person}/roles", responses=answers(400, 404, 409))
def change_roles(person: PersonId, new: NewRoles, context: Context, caller: Administrator) -> PersonView:
    """Give somebody these roles in place of those given before; at once, also in sessions and tokens that they have.

    A person who was removed is back.
    """
    _check_accounts(context, new.roles)
    return PersonView.of(people.change(context.ledger, caller, person, [role.grant() for role in new.roles]))


@router.delete("/people/{person}", status_code=204, responses=answers(404))
def remove_person(person: PersonId, context: Context, caller: Administrator) -> None:
    """Take somebody's roles, sessions, tokens and password at once. What they did stays on record under their name."""
    people.remove(context.ledger, caller, person)


@router.post("/people/{person}/set-up", status_code=201, responses=answers(404))
def new_link(person: PersonId, request: Request, context: Context, caller: Administrator) -> SetUpLink:
    """A link with which a person sets a password, once, within two days; an earlier one is spent."""
    key = sessions.new_link(context.ledger, caller, person)
    link = sessions.link_of(context.settings.public_url or str(request.base_url), key)
    return SetUpLink(link=link, person=PersonView.of(people.find(context.ledger, person)))


@router.get("/tokens", responses=answers())
def list_tokens(context: Context, caller: Known) -> TokenList:
    """One's own tokens, and those of everybody whom the caller may change."""
    return TokenList(tokens=[TokenView.of(token) for token in tokens.list_tokens(context.ledger, caller)])


@router.post("/tokens", status_code=201, responses=answers(400, 404, 409))
def issue_token(new: TokenBody, context: Context, caller: Known) -> IssuedToken:
    """A token: for oneself, or by an administrator for somebody else or for a service. It never carries more than its
    owner's rights, whatever its scopes and accounts say.
    """
    lifetime_s = None if new.days is None else new.days * DAY_S
    wanted = tokens.NewToken(new.name, new.scopes, new.accounts, lifetime_s)
    if new.service:
        token, secret = tokens.issue_to_service(context.ledger, caller, wanted)
    else:
        token, secret = tokens.issue(context.ledger, caller, new.owner or caller.id, wanted)
    return IssuedToken(token=TokenView.of(token), secret=secret)


@router.delete("/tokens/{token}", status_code=204, responses=answers(404))
def revoke_token(token: TokenId, context: Context, caller: Known) -> None:
    """End a token at once."""
    tokens.revoke(context.ledger, caller, token)


def _check_accounts(context: ServiceContext, roles: tuple[RoleFor, ...]) -> None:
    named = {role.account for role in roles} - {ALL}
    if unknown := sorted(named - context.library.accounts.keys()):
        raise Refused(422, f"account {unknown[0]!r} is not known; accounts.yaml lists those there are")
