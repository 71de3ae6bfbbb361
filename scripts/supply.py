"""What is installed beside Portevoix: `licences` as a table, `bill` as a CycloneDX list, `audit` against known holes.

    python scripts/supply.py licences | bill | audit

Everything is read from `requirements.lock` and from what is installed. `audit` asks OSV (osv.dev) by way of pip-audit;
where neither can be had it says so and ends with 0, since an absent answer is no finding.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, AUDITOR = ROOT / "requirements.lock", "pip-audit==2.10.1"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
CLASSIFIER = "License :: "


@dataclass(frozen=True)
class Package:
    """A pinned package. `licence`: as its metadata says it; empty where it is not installed here."""

    name: str
    version: str
    digests: tuple[str, ...]
    licence: str


def packages() -> Iterator[Package]:
    """Every package of the lock."""
    for found in PINNED.finditer(LOCK.read_text("utf-8")):
        yield Package(found[1], found[2], tuple(DIGEST.findall(found[3])), licence_of(found[1]))


def licence_of(name: str) -> str:
    """What an installed package says of its licence: its expression, else its classifiers, else its short text."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := said.get("License-Expression"):
        return expression
    kinds = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or () if one.startswith(CLASSIFIER)]
    lines = (said.get("License") or "").strip().splitlines()
    return ", ".join(dict.fromkeys(kinds)) or (lines[0] if lines else "")


def table(found: list[Package]) -> str:
    """The licences as Markdown."""
    rows = [f"| {one.name} | {one.version} | {one.licence or 'not installed here'} |" for one in found]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows]) + "\n"


def bill(found: list[Package], ffmpeg: str) -> str:
    """A CycloneDX 1.6 list as JSON. `ffmpeg`: the version line of the one that is started."""
    components = [_component(one) for one in found]
    components.append({"type": "application", "name": "ffmpeg", "version": ffmpeg.removeprefix("ffmpeg version ")})
    made = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}
    return json.dumps(made, indent=1) + "\n"


def _component(one: Package) -> dict[str, object]:
    name = re.sub(r"[-_.]+", "-", one.name).lower()
    said: dict[str, object] = {"type": "library", "name": name, "version": one.version}
    said["purl"] = said["bom-ref"] = f"pkg:pypi/{name}@{one.version}"
    if one.licence:
        said["licenses"] = [{"license": {"name": one.licence}}]
    # A lock names the digest of every file of a version, of which one is installed.
    said["properties"] = [{"name": "portevoix:sha256", "value": digest} for digest in one.digests]
    return said


def audit() -> int:
    """Ask for known holes. Ends with 1 where there are some."""
    place = ROOT / "build" / "audit"
    auditor = place / "bin" / "pip-audit"
    if not auditor.exists():
        venv.create(place, with_pip=True, clear=True)
        made = _run(place / "bin" / "python", "-m", "pip", "install", "--quiet", AUDITOR)
        if made.returncode:
            print(f"Not asked: {AUDITOR} cannot be installed here ({_last(made.stderr)})", file=sys.stderr)
            return 0
    words = ("--requirement", LOCK, "--disable-pip", "--no-deps", "--progress-spinner", "off")
    said = _run(auditor, *words, "--vulnerability-service", "osv")
    if said.returncode and not said.stdout.strip():  # it lists what it finds there
        print(f"Not asked: OSV does not answer ({_last(said.stderr)})", file=sys.stderr)
        return 0
    print(said.stdout or said.stderr, end="")
    return said.returncode


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)


def _last(said: str) -> str:
    return next((line.strip()[:200] for line in reversed(said.splitlines()) if line.strip()), "no word")


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted == "audit":
        return audit()
    if wanted == "licences":
        print(table(list(packages())), end="")
    elif wanted == "bill":
        from portevoix import ffmpeg

        print(bill(list(packages()), ffmpeg.build()), end="")
    else:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
