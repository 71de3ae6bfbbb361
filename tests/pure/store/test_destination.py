"""A destination is a place and what there is to say of it; nonsense is refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portevoix.authoring.account import Account, Names, load_accounts
from portevoix.errors import InvalidInput
from portevoix.store import StoreRefused
from portevoix.store.destination import Destination

SECRET = "wJalrXUtnFEMI"


@pytest.mark.parametrize(
    ("place", "options", "said"),
    [
        ("", {}, "the destination is empty"),
        ("out", {"encryption": "AES256"}, "'out' is a folder and has no encryption"),
        ("ftp://bucket/x", {}, "write s3://bucket/prefix, or a folder"),
        ("s3:/bucket", {}, "write s3://bucket/prefix, or a folder"),
        ("s3:///x", {}, "write s3://bucket/prefix, or a folder"),
        ("s3://bucket?x=1", {}, "write s3://bucket/prefix, or a folder"),
        ("s3://bucket/a//b", {}, "a prefix has no empty steps"),
        ("s3://bucket/a/../b", {}, "no '.' or '..' among them"),
        ("s3://bucket/a\nb", {}, "a prefix has no empty steps"),
        (f"s3://key:{SECRET}@bucket", {}, "an address holds no keys"),
        ("s3://bucket", {"endpoint": f"https://key:{SECRET}@host"}, "an endpoint holds no keys"),
        ("s3://bucket", {"endpoint": "host:9000"}, "is not of the form https://host"),
        ("s3://bucket", {"encryption": "rot13"}, "choose AES256 or aws:kms"),
        ("s3://bucket", {"encryption": "AES256", "kms_key": "k"}, "goes with encryption aws:kms"),
        ("s3://bucket", {"tags": {str(n): "" for n in range(11)}}, "at most 10 tags, not 11"),
        ("s3://bucket", {"tags": {"aws:x": ""}}, "do not begin with aws:"),
        ("s3://bucket", {"tags": {"a": "b & c"}}, "letters, digits, spaces"),
        ("s3://bucket", {"access_key_from": "KEY"}, "go together"),
        ("s3://bucket", {"access_key_from": "A", "secret_key_from": "B", "profile": "p"}, "not both"),
        ("s3://bucket", {"access_key_from": "AKIAIOSFODNN7EXAMPLE", "secret_key_from": "B"}, "not the keys themselves"),
        ("s3://bucket", {"access_key_from": "A", "secret_key_from": f"{SECRET}/K7"}, "not the keys themselves"),
    ],
)
def test_what_cannot_be_a_destination_is_refused(place: str, options: Any, said: str) -> None:
    with pytest.raises(StoreRefused) as caught:
        Destination.parse(place, **options)
    assert said in str(caught.value)
    assert SECRET not in str(caught.value), "a key that somebody wrote is not shown again"


def test_a_destination_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESS_KEY", "key")
    monkeypatch.setenv("PRESS_SECRET", SECRET)
    destination = Destination.parse("s3://press/films/", access_key_from="PRESS_KEY", secret_key_from="PRESS_SECRET")
    assert str(destination) == "s3://press/films" and SECRET not in repr(destination)
    assert destination.open().settings.secret_key == SECRET


def account(folder: Path, lines: str) -> Account:
    (folder / "accounts.yaml").write_text(
        f"accounts:\n  press:\n    language: fr\n    kit: aster\n    prefix: press\n    placements: [x]\n{lines}",
        "utf-8",
    )
    return load_accounts(folder, Names({"fr"}, {"x"}, {"aster"})).accounts["press"]


def test_a_group_has_roles_for_accounts_that_are_known_and_every_other_name_is_a_fault(tmp_path: Path) -> None:
    account(tmp_path, "groups:\n  desk: {author: [press], publisher: ['*']}\n")
    found = load_accounts(tmp_path, Names({"fr"}, {"x"}, {"aster"})).groups
    assert found == {"desk": {"author": ("press",), "publisher": ("*",)}}
    for wrong, said in (
        (
            "desk: {author: [pres]}",
            "accounts.yaml:8:19: account 'pres' is not known ('*' is all of them); did you mean 'press'?",
        ),
        ("desk: {autor: [press]}", "author"),
    ):
        with pytest.raises(InvalidInput) as caught:
            account(tmp_path, f"groups:\n  {wrong}\n")
        assert said in str(caught.value)


def test_an_account_names_its_destination_in_a_word_or_in_several(tmp_path: Path) -> None:
    short = account(tmp_path, "    destination: out/press\n").destination
    assert short and short.value(tmp_path) == Destination.parse(tmp_path / "out" / "press")
    spelt = "    destination:\n      to: s3://press/films\n      profile: press\n      tags: {department: press}\n"
    full = account(tmp_path, spelt).destination
    expected = Destination.parse("s3://press/films", profile="press", tags={"department": "press"})
    assert full and full.value(tmp_path) == expected
    assert account(tmp_path, "").destination is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    destination: ftp://host\n", "accounts.yaml:7:5: accounts.press.destination: destination 'ftp://host'"),
        ("    destination:\n      to: s3://b\n", "cannot be used; write s3://bucket/prefix"),
        ("    destination:\n      to: s3://bucket\n      tagz: {}\n", "unknown key 'tagz'; did you mean 'tags'?"),
        ("    destination:\n      to: s3://bucket\n      encryption: rot13\n", "choose 'AES256' or 'aws:kms'"),
    ],
)
def test_a_wrong_destination_is_a_fault_at_its_line(tmp_path: Path, lines: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        account(tmp_path, lines)
    assert said in str(caught.value)
