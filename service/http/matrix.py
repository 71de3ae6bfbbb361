"""Who may ask what: read off the routes of an application, each with the rule that stands at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from service.gate import EVERYBODY, EVERYWHERE, ROLES, Right, Role
from service.http.auth import Needs, Open


@dataclass(frozen=True)
class Rule:
    """One operation and the right that it needs; None for what answers everybody."""

    method: str
    path: str
    right: Right | None


class NoRule(Exception):
    """A route stands open or shut by no rule, or by two."""


def rules_of(app: FastAPI) -> list[Rule]:
    """The rule of every operation. Raises NoRule."""
    found: list[Rule] = []
    for route in iter_route_contexts(app.router.routes):
        if not isinstance(route.original_route, APIRoute) or not route.path:
            raise NoRule(f"{route.path} is no operation with a rule")
        found += [Rule(method, route.path, _right(route)) for method in sorted(route.methods or ())]
    return found


def _right(route: RouteContext) -> Right | None:
    found = {call for call in _calls(route.dependant) if isinstance(call, Needs | Open)}
    rights = {call.right if isinstance(call, Needs) else None for call in found}
    if len(rights) != 1:
        raise NoRule(f"{route.path} needs one rule, and has {len(rights)}")
    return rights.pop()


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)


def table(app: FastAPI) -> str:
    """The matrix in Markdown: every operation, the right that it needs, and the roles that have it."""
    roles = " | ".join(Role)
    lines = [f"| operation | right | nobody | {roles} |", "|---" * (3 + len(Role)) + "|"]
    return "\n".join([*lines, *(_line(rule) for rule in sorted(rules_of(app), key=lambda r: (r.path, r.method)))])


def _line(rule: Rule) -> str:
    answers = " | ".join(_answer(rule.right, role) for role in Role)
    return (
        f"| `{rule.method} {rule.path}` | {rule.right or ''} | {'yes' if rule.right is None else '401'} | {answers} |"
    )


def _answer(right: Right | None, role: Role) -> str:
    if right is None or right in EVERYBODY:
        return "yes"
    if right not in ROLES[role]:
        return "403"
    return "for `*`" if right in EVERYWHERE else "own"
