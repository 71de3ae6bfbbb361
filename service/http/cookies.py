"""The cookies: of a session, of a browser on its way to the identity provider and back, and of a reader's choices."""

from __future__ import annotations

from typing import Literal

from fastapi import Request
from fastapi.responses import Response

Cookie = Literal["session", "sign-in", "language", "theme"]
SESSION: Literal["session"] = "session"
SIGN_IN: Literal["sign-in"] = "sign-in"
LANGUAGE: Literal["language"] = "language"
THEME: Literal["theme"] = "theme"
LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")


def cookie_of(request: Request, cookie: Cookie) -> str | None:
    """The cookie's value, where the browser sent one."""
    return request.cookies.get(_name(cookie, _is_secure(request)))


def set_cookie(request: Request, response: Response, cookie: Cookie, value: str, seconds: float) -> None:
    """Give the browser a cookie that no script reads, no other site sends along, and only TLS carries.

    Plain HTTP on this machine itself is the exception: browsers keep no Secure cookie there.
    """
    secure = _is_secure(request)
    how = {"path": "/", "httponly": True, "samesite": "lax", "secure": secure}
    response.set_cookie(_name(cookie, secure), value, max_age=int(seconds), **how)  # type: ignore[arg-type]


def forget_cookie(request: Request, response: Response, cookie: Cookie) -> None:
    """Have the browser forget a cookie."""
    set_cookie(request, response, cookie, "", 0)


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or request.url.hostname not in LOCAL


def _name(cookie: Cookie, secure: bool) -> str:
    # The prefix has browsers refuse the cookie unless this very host set it over TLS.
    return f"__Host-portevoix-{cookie}" if secure else f"portevoix-{cookie}"
