"""The way in: sign-in, sign-out, a reader's language and colours, and the files of all pages."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from service import sessions
from service.http import cookies
from service.http.auth import ELSEWHERE, Anybody, Known, is_same_origin
from service.http.context import Context, ServiceContext
from service.http.cookies import LANGUAGE, SESSION, THEME
from service.http.desk.assets import TYPES
from service.http.desk.forms import FormOf
from service.http.desk.rendering import HOME, SIGN_IN_PAGE, THEMES, Page, PageOf, go, own_path
from service.http.desk.texts import LANGUAGES
from service.http.problems import Refused
from service.passwords import WeakPassword
from service.sessions import SpentLink, TooManyTries, WrongPassword

YEAR_S = 31_536_000
SET_UP = ("key", "unlike", "weak", "spent", "ready")
KEPT = f"public, max-age={YEAR_S}, immutable"

NextPage = Annotated[str | None, Query(alias="next", max_length=2_000)]

router = APIRouter()


@router.get("/")
@router.get("/desk")
def front(caller: Anybody) -> RedirectResponse:
    """The first page."""
    return go(HOME)


@router.get("/static/{version}/{path:path}")
def file(version: str, path: str, page: PageOf, caller: Anybody) -> Response:
    """A file of the pages. Under its own version it stays as it is; a page from before an update gets today's."""
    assets = page.desk.assets
    content, kind = assets.files.get(path), TYPES.get(PurePosixPath(path).suffix)
    if content is None or kind is None:
        raise Refused(404, f"there is no file {path!r}")
    kept = KEPT if version == assets.version else "no-cache"
    return Response(content, media_type=kind, headers={"Cache-Control": kept})


@router.get(SIGN_IN_PAGE)
def sign_in_page(page: PageOf, context: Context, caller: Anybody, after: NextPage = None) -> HTMLResponse:
    """The form for a name and a password, and the way to the house's identity provider."""
    return _sign_in_form(page, context, own_path(after))


@router.post(SIGN_IN_PAGE)
def sign_in(request: Request, page: PageOf, form: FormOf, context: Context, caller: Anybody) -> Response:
    """Sign in, and go on to the page that asked for it."""
    _check_origin(request, context)
    after, name, lengths = own_path(form.get("next")), form.get("name"), context.settings.session_lengths
    try:
        _, secret = sessions.sign_in(context.ledger, name, form.raw("password"), caller.address, lengths)
    except WrongPassword:
        return _sign_in_form(page, context, after, name, 401, wrong=True)
    except TooManyTries as error:
        answer = _sign_in_form(page, context, after, name, 429)
        answer.headers["Retry-After"] = str(error.retry_s)
        return answer
    response = go(after)
    cookies.set_cookie(request, response, SESSION, secret, lengths.longest_s)
    return response


def _sign_in_form(
    page: Page, context: ServiceContext, after: str, name: str = "", status: int = 200, wrong: bool = False
) -> HTMLResponse:
    provider = context.settings.oidc_issuer is not None
    values = {"after": after, "name": name, "wrong": wrong, "too_many": status == 429, "provider": provider}
    return page.render("sign-in.html", None, status, **values)


@router.post("/desk/sign-out")
def sign_out(request: Request, context: Context, caller: Known) -> RedirectResponse:
    """End the session that asks."""
    sessions.end_sessions(context.ledger, caller, caller.id, caller.means)
    response = go(SIGN_IN_PAGE, said="signed-out")
    cookies.forget_cookie(request, response, SESSION)
    return response


@router.get("/set-up")
def set_up_page(page: PageOf, caller: Anybody, key: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """The page behind a set-up link, on which a person chooses a password."""
    return _set_up(page, key=key)


@router.post("/set-up/form")
def set_up(request: Request, page: PageOf, form: FormOf, context: Context, caller: Anybody) -> HTMLResponse:
    """Set the password that the page sends."""
    _check_origin(request, context)
    key, password = form.get("key", 100), form.raw("password")
    if password != form.raw("again"):
        return _set_up(page, 422, key=key, unlike=True)
    try:
        person = sessions.set_password(context.ledger, key, password, caller.address)
    except WeakPassword as error:
        return _set_up(page, 422, key=key, weak=str(error))
    except SpentLink:
        return _set_up(page, 410, spent=True)
    return _set_up(page, ready=person.name)


def _set_up(page: Page, status: int = 200, **values: str | bool) -> HTMLResponse:
    shown: dict[str, Any] = {**dict.fromkeys(SET_UP, ""), **values}
    answer = page.render("set-up.html", None, status, **shown)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the key stands in the address
    return answer


@router.post("/desk/preferences")
def prefer(request: Request, form: FormOf, context: Context, caller: Anybody) -> RedirectResponse:
    """Keep a reader's language and colours in the browser."""
    _check_origin(request, context)
    response = go(own_path(form.get("back")))
    if (language := form.get("language")) in LANGUAGES:
        cookies.set_cookie(request, response, LANGUAGE, language, YEAR_S)
    if (theme := form.get("theme")) in THEMES:
        cookies.set_cookie(request, response, THEME, theme, YEAR_S)
    return response


def _check_origin(request: Request, context: ServiceContext) -> None:
    """Refuse what another site's page sends; with a session `find_caller` asks the same of every change."""
    if is_same_origin(request, context.settings.public_url) is False:
        raise Refused(403, ELSEWHERE)
