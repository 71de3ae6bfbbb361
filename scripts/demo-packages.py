"""Signs and packages what the demonstration makes, verifies and checks every film and picture of the packages, and
lists them in docs/delivery.md between its two marks: `make packages`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.delivery.credentials.test_authority import make_test_authority
from portevoix.delivery.credentials.verify import verify_file
from portevoix.library import ROOT, load_library

HOUSE, BUILD = ROOT / "examples" / "house", ROOT / "build"
JOBS = {"demo": "sintel/job.yaml", "storm": "notice/storm.yaml"}
BEGIN, END = "<!-- begin of the packages, by `make packages` -->\n", "<!-- end of the packages -->"
PAGE = ROOT / "docs" / "delivery.md"
HEAD = "| package | account | languages | films | pictures | other files | size | verified | checks passed | warnings |"


@dataclass(frozen=True)
class Package:
    """A package that was made, and what was found of its films and pictures."""

    name: str
    account: str
    files: list[dict[str, Any]]
    verdicts: list[str]
    checks: list[str]

    @property
    def row(self) -> str:
        """The package's row of the table."""
        of_kind = {kind: sum(one["kind"] == kind for one in self.files) for kind in ("video", "still", "poster")}
        films, pictures = of_kind["video"], of_kind["still"] + of_kind["poster"]
        languages = ", ".join(dict.fromkeys(one["language"] for one in self.files if one["kind"] == "video"))
        size = sum(one["bytes"] for one in self.files) / 1e6
        trusted = f"{self.verdicts.count('trusted')} of {len(self.verdicts)}"
        other, passed = len(self.files) - films - pictures, self.checks.count("pass")
        cells = (languages, films, pictures, other, f"{size:.1f} MB", trusted, passed, self.checks.count("warn"))
        return f"| `{self.name}` | {self.account} | {' | '.join(map(str, cells))} |"


def main() -> None:
    authority = BUILD / "packages" / "authority"
    shutil.rmtree(BUILD / "packages", ignore_errors=True)
    settings = make_test_authority(authority, "Institut Aster")
    rows = []
    for package in _packages(settings):
        if refused := [*(v for v in package.verdicts if v != "trusted"), *(c for c in package.checks if c == "fail")]:
            raise SystemExit(f"{package.name}: {', '.join(refused)}")
        rows.append(package.row)
        print(package.row, flush=True)
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    table = "\n".join([HEAD, "|" + "---|" * (HEAD.count("|") - 1), *rows])
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{rest.split(END)[1]}", "utf-8")


def _packages(settings: Path) -> Iterator[Package]:
    roots = settings.with_name("root.pem").read_text("ascii")
    for name, job in JOBS.items():
        rendered = BUILD / name
        _run("render", str(ROOT / "examples" / job), "--house", str(HOUSE), "--out", str(rendered))
        listed = json.loads((rendered / "manifest.json").read_text("utf-8"))["deliveries"]
        for account in dict.fromkeys(one["account"] for one in listed):
            target = BUILD / "packages" / f"{name}_{account}" if account else BUILD / "packages" / name
            only = ["--account", account] if account else []
            _run("package", str(rendered), str(target), *only, "--credentials", str(settings))
            yield _looked_at(target, account or "none", roots)


def _looked_at(target: Path, account: str, roots: str) -> Package:
    files = json.loads((target / "manifest.json").read_text("utf-8"))["files"]
    shown = [one for one in files if one["kind"] in ("video", "still", "poster")]
    verdicts = [verify_file(target / one["name"], roots).verdict for one in shown]
    checks = [verdict for one in shown for verdict in _checks(target / one["name"], one["placement"])]
    return Package(target.name, account, files, verdicts, checks)


def _checks(file: Path, placement: str | None) -> list[str]:
    library = load_library(HOUSE)
    held = [library.placements[placement]] if placement else []
    rules = Rules(held, library.languages, datetime.now(UTC).date())
    return [one.verdict for one in file_checks(file, rules)]


def _run(*command: str) -> None:
    subprocess.run([sys.executable, "-m", "portevoix", *command], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
