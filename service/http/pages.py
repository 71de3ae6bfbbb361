"""Pages of the service's own: no script, no other host, nothing that another page may frame."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h2 { margin-top: 2.5rem; } h3 { margin: 2rem 0 .3rem; font-size: 1rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: #f3f3f3; padding: .6rem .8rem; overflow-x: auto; } summary { cursor: pointer; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: .15rem 1.2rem .15rem 0; }
.method { display: inline-block; min-width: 4.2rem; font-weight: 700; }
input { display: block; margin: .3rem 0 1rem; padding: .4rem; width: 24rem; }
button { padding: .4rem 1rem; } .fault { color: #9b1c1c; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}


def page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """A page with this title and this body, which is HTML already."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    html = f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>'
    return HTMLResponse(html, status, HEADERS)


def set_up_form(key: str, fault: str = "") -> str:
    """The body of the page on which a person chooses a password."""
    why = f'<p class="fault">{escape(fault)}</p>' if fault else ""
    field = 'type="password" autocomplete="new-password" minlength="12" required'
    return (
        f'<h1>Choose a password</h1>{why}<form method="post" action="/set-up/form">'
        f'<input type="hidden" name="key" value="{escape(key)}">'
        f'<label>Password, at least 12 characters<input name="password" {field}></label>'
        f'<label>The same again<input name="again" {field}></label><button>Set it</button></form>'
    )
