"""Writes who may ask what into docs/security.md, between its two marks, from the routes of the service."""

from __future__ import annotations

import tempfile

from api import make_app
from portevoix.library import ROOT
from service.http import matrix
from service.http.settings import HttpSettings

BEGIN, END = "<!-- begin of the matrix, by `make security` -->\n", "<!-- end of the matrix -->"
PAGE = ROOT / "docs" / "security.md"


def with_matrix(text: str) -> str:
    """The page with the matrix as the routes are now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    with tempfile.TemporaryDirectory() as folder:
        settings = HttpSettings(database=f"sqlite:///{folder}/ledger.db", store=f"{folder}/store")
        return f"{before}{BEGIN}\n{matrix.table(make_app(settings, lambda message: None))}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_matrix(PAGE.read_text("utf-8")), "utf-8")
