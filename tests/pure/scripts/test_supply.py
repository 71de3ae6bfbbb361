"""What is installed beside Portevoix is listed, with its licence."""

from __future__ import annotations

import json
import re

import supply

from portevoix.library import ROOT


def test_every_pinned_package_stands_in_the_list_of_licences() -> None:
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    listed = (ROOT / "deploy" / "LICENCES.md").read_text("utf-8")
    lacking = sorted(name for name, version in pinned if f"| {name} | {version} |" not in listed)
    assert lacking == [], "`make supply` writes it anew"
    assert len(pinned) > 80


def test_the_bill_names_each_package_once_with_its_digests() -> None:
    found = list(supply.packages())
    bill = json.loads(supply.bill(found, "ffmpeg version n9.0.2"))
    names = [one["bom-ref"] for one in bill["components"] if "bom-ref" in one]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert len(set(names)) == len(names) == len(found)
    assert all(one["properties"] for one in bill["components"][:-1])
    assert bill["components"][-1]["version"] == "n9.0.2"


def test_a_licence_is_said_as_the_package_says_it() -> None:
    assert supply.licence_of("pydantic") == "MIT"
    assert supply.licence_of("no-such-package-at-all") == ""
