"""Signatures and time stamps of others: a key in a token that never leaves it, the hour from a service."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image
from time_stamps import time_stamps

from portevoix.delivery.credentials.released_set import ReleaseRoom, released_set
from portevoix.delivery.credentials.settings import load_signing
from portevoix.delivery.credentials.test_authority import make_test_authority
from portevoix.delivery.credentials.verify import verify_file
from portevoix.errors import RenderFailed
from portevoix.sources.probe import digest_of

OWNER = "Institut Aster"
LABELS = {"account": "ministere", "placement": "x", "language": "fr", "format": "wide", "made_from": []}
UTIL = shutil.which("softhsm2-util")
MODULE = Path(UTIL).parents[1] / "lib" / "softhsm" / "libsofthsm2.so" if UTIL else None
SIGN = (
    "openssl dgst -sha256 -binary | pkcs11-tool --module {} --token-label ministere --sign --mechanism ECDSA "
    "--id 01 --pin env:PIN --input-file /dev/stdin --output-file /dev/stdout"
)


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return make_test_authority(tmp_path / "authority", OWNER)


def signed_still(tmp_path: Path, settings: Path) -> Path:
    still = tmp_path / "still.jpg"
    Image.new("RGB", (64, 64), (9, 9, 9)).save(still)
    one: dict[str, Any] = {"path": still.name, "kind": "still", "sha256": digest_of(still), **LABELS}
    manifest = {"about": {"fr": {"title": "Climat"}}, "deliveries": [one]}
    return tmp_path / released_set(manifest, ReleaseRoom(tmp_path), load_signing(settings))["deliveries"][0]["path"]


def with_more(settings: Path, **more: Any) -> None:
    known = yaml.safe_load(settings.read_text())
    if "command" in more:
        del known["key"]
    settings.write_text(yaml.safe_dump({**known, **more}))


@pytest.fixture
def token(tmp_path: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that signs with the authority's key, which lies in a token of SoftHSM's alone."""
    if not (MODULE and MODULE.is_file() and shutil.which("pkcs11-tool")):
        pytest.skip("SoftHSM and OpenSC are not here; scripts/test-tools.sh installs them")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    monkeypatch.setenv("PIN", "123456")
    key, pin = settings.with_name("key.pem"), ["--pin", "123456"]
    begun = ["--init-token", "--slot", "0", "--label", "ministere", "--so-pin", "654321", *pin]
    brought = ["--import", str(key), "--token", "ministere", "--label", "key", "--id", "01", *pin]
    for arguments in (begun, brought):
        subprocess.run(["softhsm2-util", "--module", str(MODULE), *arguments], check=True, capture_output=True)
    key.unlink()
    return ["sh", "-c", SIGN.format(MODULE)]


def test_a_key_in_a_token_signs_by_pkcs11(tmp_path: Path, settings: Path, token: list[str]) -> None:
    with_more(settings, command=token)
    assert (
        verify_file(signed_still(tmp_path, settings), settings.with_name("root.pem").read_text()).verdict == "trusted"
    )


def test_a_wrong_pin_is_named(
    tmp_path: Path, settings: Path, token: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIN", "000000")
    with_more(settings, command=token)
    with pytest.raises(RenderFailed, match="CKR_PIN_INCORRECT"):
        signed_still(tmp_path, settings)


def test_the_hour_is_the_time_stamp_services(tmp_path: Path, settings: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    with time_stamps(tmp_path / "clock") as address:
        with_more(settings, timestamps=address)
        found = verify_file(signed_still(tmp_path, settings), settings.with_name("root.pem").read_text())
    assert found.verdict == "trusted"
    [said] = [line.removeprefix("time stamp: ") for line in found.lines if line.startswith("time stamp: ")]
    assert before <= datetime.fromisoformat(said) <= datetime.now(UTC) + timedelta(seconds=2)


def test_a_time_stamp_service_that_fails_or_is_away_is_named_and_nothing_is_signed(
    tmp_path: Path, settings: Path
) -> None:
    with time_stamps(tmp_path / "clock", status=503) as address:
        with_more(settings, timestamps=address)
        with pytest.raises(RenderFailed, match=f"the time-stamp service {address} answered with status 503"):
            signed_still(tmp_path, settings)
    with pytest.raises(RenderFailed, match=f"the time-stamp service {address} cannot be reached"):
        signed_still(tmp_path, settings)
    assert not [path for path in (tmp_path / "signed").rglob("*") if path.is_file()]
