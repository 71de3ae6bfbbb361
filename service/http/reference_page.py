"""The page of the API's reference: no script, no other host, nothing that another page may frame."""

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
