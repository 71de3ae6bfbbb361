"""Signing in at the house's OpenID Connect provider: there with PKCE, state and nonce, and back with a proven
identity.

Authlib and requests enter here. Discovery and keys are fetched for each sign-in: there are few, and a provider may
change its keys at any time. What a sign-in needs to be finished stands in the database, once, for the browser that
began it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests
import sqlalchemy as sa
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from portevoix.authoring.account import Groups
from portevoix.errors import PortevoixError
from service import passwords, people, record, sessions
from service.gate import NOBODY, Grant, Role
from service.ledger import tables
from service.ledger.database import Ledger, now_s, reading, time_of, writing
from service.ledger.tables import sign_ins
from service.people import PROVIDER, NameTaken, Person
from service.record import What
from service.sessions import Lengths

TIMEOUT_S = 10
FINISHED_WITHIN_S = 600.0  # a password, a second factor, a lost phone
LEEWAY_S = 60  # between the provider's clock and ours
# Signatures that only the provider can make: one with a shared secret, or `none`, is nobody's.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
BY_PROVIDER = replace(NOBODY, name="identity provider")


class ProviderAway(PortevoixError):
    """The identity provider does not answer, or not as one does."""


class SignInRefused(PortevoixError):
    """What came back from the identity provider proves nobody whom the service knows."""


@dataclass(frozen=True)
class Provider:
    """The house's identity provider. `groups`: the roles of each group, and for which accounts."""

    issuer: str
    client: str
    secret: str
    return_url: str
    scope: str
    groups_claim: str
    groups: Mapping[str, Mapping[Role, tuple[str, ...]]]


def together(
    settings: Mapping[str, Mapping[Role, tuple[str, ...]]], house: Groups
) -> dict[str, dict[Role, tuple[str, ...]]]:
    """The roles of each group, as the settings and the house's file say: both count."""
    found: dict[str, dict[Role, tuple[str, ...]]] = {}
    said = [
        (group, Role(role), to) for of in (settings, house) for group, roles in of.items() for role, to in roles.items()
    ]
    for group, role, accounts in said:
        known = found.setdefault(group, {})
        known[role] = (*known.get(role, ()), *accounts)
    return found


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: where the browser goes, and the cookie by which it is known when it comes back."""

    url: str
    cookie: str


@dataclass(frozen=True)
class Returned:
    """What a browser brings back from the provider, and from where it comes."""

    state: str
    code: str | None
    issuer: str | None
    cookie: str | None
    address: str | None


# There


def begin(ledger: Ledger, provider: Provider) -> Begun:
    """Begin a sign-in. Raises ProviderAway."""
    cookie, state, nonce, verifier = (passwords.new_secret() for _ in range(4))
    endpoint = _discover(provider)["authorization_endpoint"]
    with _client(provider) as client:
        url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
    hashes = {"state_hash": passwords.digest(state), "browser_hash": passwords.digest(cookie)}
    with writing(ledger) as db:
        secrets = {"nonce": nonce, "verifier": verifier, "until_s": now_s() + FINISHED_WITHIN_S}
        db.execute(sign_ins.insert().values(**hashes, **secrets))
    return Begun(url, cookie)


def _discover(provider: Provider) -> Mapping[str, Any]:
    """What the provider says of itself. Raises ProviderAway, also where it says that it is another."""
    described = _fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if described.get("issuer") != provider.issuer or not all(isinstance(described.get(name), str) for name in needed):
        raise ProviderAway(f"what answers at {provider.issuer} does not describe that identity provider")
    return described


def _fetch(url: str) -> Mapping[str, Any]:
    try:
        answer = requests.get(url, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        described = answer.json()
    except requests.RequestException as error:
        raise _away(error) from None
    if not isinstance(described, dict):
        raise ProviderAway("the identity provider answers with something else than a JSON object")
    return described


def _client(provider: Provider) -> OAuth2Session:
    how = {"scope": provider.scope, "redirect_uri": provider.return_url, "code_challenge_method": "S256"}
    return OAuth2Session(provider.client, provider.secret, default_timeout=TIMEOUT_S, **how)


def _away(error: Exception) -> ProviderAway:
    return ProviderAway(f"the identity provider does not answer ({type(error).__name__}); try again")


# And back


def finish(ledger: Ledger, provider: Provider, returned: Returned, lengths: Lengths) -> tuple[Person, str]:
    """Who came back, with the roles of their groups, and the secret of a new session. A state is good once.

    Raises SignInRefused, which is recorded, and ProviderAway.
    """
    try:
        claims = _prove(ledger, provider, returned)
        with writing(ledger) as db:
            if person := _admit(db, provider, claims):
                return person, sessions.open_session(db, person.id, returned.address, lengths)
        raise SignInRefused("the identity provider knows you, but none of your groups has a role here")
    except SignInRefused:
        with writing(ledger) as db:
            record.write(db, replace(NOBODY, address=returned.address), What.SIGN_IN_REFUSED, detail={"provider": True})
        raise


def _prove(ledger: Ledger, provider: Provider, returned: Returned) -> Mapping[str, Any]:
    """The claims of an ID token that this provider made for this service and this very sign-in."""
    begun = _take(ledger, returned)
    if returned.code is None or returned.issuer not in (None, provider.issuer):
        raise SignInRefused("the identity provider did not let you in")
    described = _discover(provider)
    tokens = _exchange(provider, described["token_endpoint"], returned.code, begun.verifier)
    keys = _fetch(described["jwks_uri"])
    with reading(ledger) as db:
        now = int(time_of(db))
    try:
        signed = jwt.decode(
            tokens["id_token"],
            KeySet.import_key_set(keys),  # type: ignore[arg-type]  # whatever else it is, that is an error of joserfc
            registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )
        expected = {"iss": {"values": [provider.issuer]}, "aud": {"values": [provider.client]}}
        proof = {"nonce": begun.nonce, "client_id": provider.client, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(signed.claims, signed.header, expected, proof)
        claims.validate(now=now, leeway=LEEWAY_S)
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ValueError("sub")
    except (JoseError, AuthlibBaseError, KeyError, ValueError, TypeError) as error:
        raise SignInRefused(f"the identity provider's answer proves nobody ({type(error).__name__})") from None
    return dict(claims)


def _take(ledger: Ledger, returned: Returned) -> Any:
    """The sign-in that this browser began; nobody can take it again."""
    this = sign_ins.c.state_hash == passwords.digest(returned.state)
    this &= sign_ins.c.browser_hash == passwords.digest(returned.cookie or "")
    with writing(ledger) as db:
        begun = db.execute(sign_ins.delete().where(this & (sign_ins.c.until_s > now_s())).returning(sign_ins)).first()
    if begun is None:
        raise SignInRefused("this sign-in was begun in another browser, used before or too long ago; begin it again")
    return begun


def _exchange(provider: Provider, endpoint: str, code: str, verifier: str) -> Mapping[str, Any]:
    try:
        with _client(provider) as client:
            tokens: Mapping[str, Any] = client.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier, allow_redirects=False
            )
            return tokens
    except requests.RequestException as error:
        raise _away(error) from None
    except AuthlibBaseError as error:
        raise SignInRefused(f"the identity provider takes this code from nobody ({error.error})") from None


def _admit(db: sa.Connection, provider: Provider, claims: Mapping[str, Any]) -> Person | None:
    """The person of these claims, with their groups' roles now; None where they have no role here, or were removed."""
    groups = claims.get(provider.groups_claim)
    given = _roles(provider, groups if isinstance(groups, list) else [groups])
    subject = f"{provider.issuer} {claims['sub']}"
    known = db.execute(sa.select(tables.people.c.id).where(tables.people.c.subject == subject)).scalar_one_or_none()
    if known is None:
        return _insert(db, claims, given, subject) if given else None
    person = _update(db, people.read(db, known), given)
    return person if person.grants and person.removed_s is None else None


def _update(db: sa.Connection, before: Person, given: list[Grant]) -> Person:
    if before.removed_s is not None:
        return before
    people.replace_grants(db, before.id, given, PROVIDER)
    person = people.read(db, before.id)
    if person.grants != before.grants:
        roles = {"before": people.listed(before.grants), "roles": people.listed(person.grants)}
        record.write(db, BY_PROVIDER, What.PERSON_CHANGED, detail={"person": person.id, **roles})
    return person


def _insert(db: sa.Connection, claims: Mapping[str, Any], given: list[Grant], subject: str) -> Person:
    said = claims.get("preferred_username") or claims.get("email") or claims.get("name") or claims["sub"]
    name = str(said)[:60]
    try:
        person = people.insert(db, name, given, PROVIDER, "person", subject)
    except NameTaken:
        unlike = f"{name} ({passwords.digest(subject)[:8]})"
        person = people.insert(db, unlike, given, PROVIDER, "person", subject)
    record.write(db, BY_PROVIDER, What.PERSON_ADDED, detail={"person": person, "roles": people.listed(given)})
    return people.read(db, person)


def _roles(provider: Provider, groups: list[Any]) -> list[Grant]:
    roles = [provider.groups[group] for group in groups if isinstance(group, str) and group in provider.groups]
    return sorted({Grant(role, account) for of in roles for role, accounts in of.items() for account in accounts})
