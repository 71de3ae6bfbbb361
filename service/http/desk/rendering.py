"""A page from its template, in the language and the colours of who asks. Jinja2 enters here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portevoix.library import ROOT, Library
from service.gate import Caller, Right
from service.http.cookies import LANGUAGE, SESSION, THEME, cookie_of
from service.http.desk import waiting, words
from service.http.desk.assets import Assets, assets_of
from service.http.desk.film import Films
from service.http.desk.sentences import Said, said_in
from service.http.desk.texts import ENGLISH, LANGUAGES, Texts, preferred, texts_in

TEMPLATES = ROOT / "web" / "templates"
HOME = "/desk/jobs"
SIGN_IN_PAGE = "/desk/sign-in"
THEMES = ("auto", "light", "dark")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; media-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Desk:
    """What every page is made with: the house, its files, and an environment of templates for each language."""

    library: Library
    assets: Assets
    environments: Mapping[str, Environment]
    films: Films


def open_desk(library: Library) -> Desk:
    """The desk of a house: in the look of its first kit."""
    assets = assets_of(library.kits[library.default_kit])
    environments = {code: _environment(texts_in(code), library, assets) for code in LANGUAGES}
    return Desk(library, assets, environments, Films(library))


def _environment(texts: Texts, library: Library, assets: Assets) -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_translations(texts.translations, newstyle=True)  # type: ignore[attr-defined]  # of i18n
    kit = library.kits[library.default_kit].values
    found.filters["called"] = partial(words.of_account, texts, library)
    found.globals |= {
        "texts": texts,
        "library": library,
        "asset": assets.address,
        "house_name": kit.organisation.get(texts.code) or kit.name.replace("_", " ").title(),
        "direction_of": lambda code: _direction(library, code),
        "Right": Right,
        "words": words,
        "account_name": partial(words.of_account, texts, library),
        "film_names": words.of_films(texts, library),
        "say": partial(_said, texts.code, library),
        "waiting": waiting,
    }
    return found


def _said(code: str, library: Library, sentence: str) -> Said:
    """A sentence of the engine for a reader, with placements by the names that people know."""
    said = said_in(code, sentence)
    return replace(said, text=words.with_placements(library, said.text))


def _direction(library: Library, code: str) -> str:
    """The reading direction of a language that words are written in."""
    language = library.language(code)
    return language.direction if language else "ltr"


@dataclass(frozen=True)
class Page:
    """Whose page it is: their language, their theme, and where they are."""

    desk: Desk
    texts: Texts
    theme: str
    here: str
    said: str | None

    def render(self, template: str, caller: Caller | None, status: int = 200, **values: Any) -> HTMLResponse:
        """The page of a template of `web/templates/`, for this caller; None where nobody has signed in."""
        return HTMLResponse(self.text(template, caller, **values), status, HEADERS)

    def text(self, template: str, caller: Caller | None, **values: Any) -> str:
        """The same as text."""
        can: Callable[[Right], bool] = caller.has if caller else lambda right: False
        about = {"me": caller, "can": can, "here": self.here, "theme": self.theme, "now_s": time.time()}
        said = words.said(self.texts, self.said) if self.said else None
        return self.desk.environments[self.texts.code].get_template(template).render(**about, said=said, **values)


def page_of(request: Request) -> Page:
    """The page that a request asks for."""
    desk: Desk = request.app.state.desk
    chosen, theme = cookie_of(request, LANGUAGE), cookie_of(request, THEME)
    language = chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    shown_as = theme if theme in THEMES else THEMES[0]
    return Page(desk, texts_in(language), shown_as, here, request.query_params.get("said"))


PageOf = Annotated[Page, Depends(page_of)]


def tongue_of(request: Request) -> str:
    """The language in which a request's answer speaks to a person: a reader's of the pages, English to programs."""
    return page_of(request).texts.code if cookie_of(request, SESSION) else ENGLISH


Tongue = Annotated[str, Depends(tongue_of)]


def go(path: str, part: str = "", **query: str) -> RedirectResponse:
    """Send the browser to a page, after a form: reloading it sends nothing again. `part`: the id of what the page is
    scrolled to; `said`: what was done, by its name in `words.said`.
    """
    return RedirectResponse((f"{path}?{urlencode(query)}" if query else path) + (f"#{part}" if part else ""), 303)


def own_path(path: str | None) -> str:
    """A page of the desk to go to that a browser named; the first one where it named anything else."""
    safe = path is not None and path.startswith("/desk/") and not set(path) & set("\\\r\n")
    return path if path is not None and safe else HOME


def install(app: FastAPI, library: Library) -> None:
    """Give an application its desk."""
    app.state.desk = open_desk(library)
