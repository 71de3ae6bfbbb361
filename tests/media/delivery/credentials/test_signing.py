"""Films and stills signed on their way out, and what becomes of them in other hands."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from portevoix.cli.commands import app
from portevoix.delivery.credentials.boxes import boxes
from portevoix.delivery.credentials.released_set import ReleaseRoom, released_set
from portevoix.delivery.credentials.settings import Signing, load_signing
from portevoix.delivery.credentials.test_authority import make_test_authority
from portevoix.delivery.credentials.verify import verify_file
from portevoix.delivery.tags import Tags, read_tags
from portevoix.errors import InvalidInput, RenderFailed
from portevoix.render.measure import measure
from portevoix.sources.probe import digest_of

OWNER = "Institut Aster"
ABOUT = {"title": "Climat", "institution": OWNER, "credit": "© Aster", "captions": True, "words": "c" * 64}
LABELS = {"account": "ministere", "placement": "x", "language": "fr", "format": "wide", "made_from": ["a" * 64]}


@pytest.fixture
def film(clip: Callable[..., Path], tmp_path: Path) -> Path:
    source = clip("climat.mp4", "testsrc=s=160x90", seconds=1, options=("-movflags", "+faststart"))
    return source.rename(tmp_path / "climat.mp4")


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return make_test_authority(tmp_path / "authority", OWNER)


@pytest.fixture
def signing(authority: Path) -> Signing:
    return load_signing(authority)


def roots(authority: Path) -> str:
    return (authority.parent / "root.pem").read_text()


def signed(film: Path, signing: Signing | None, find: Any = lambda digest: None, **more: Any) -> dict[str, Any]:
    kind = "video" if film.suffix == ".mp4" else "still"
    one = {"path": film.name, "kind": kind, "sha256": digest_of(film), **LABELS, **more}
    manifest = {"about": {"fr": ABOUT}, "deliveries": [one]}
    return dict(released_set(manifest, ReleaseRoom(film.parent, find), signing)["deliveries"][0])


def test_a_signed_film_says_whose_it_is_and_what_was_done(film: Path, signing: Signing, authority: Path) -> None:
    before = digest_of(film)
    made = signed(film, signing)
    file = film.parent / made["path"]
    assert (made["approved_sha256"], digest_of(film)) == (before, before), "what was approved stays as it is"
    assert (made["sha256"], made["bytes"]) == (digest_of(file), file.stat().st_size)
    assert len(made["credentials"]["claim_sha256"]) == 64 and made["credentials"]["by"] == OWNER
    found = verify_file(file, roots(authority))
    assert found.verdict == "trusted" and "no byte was changed" in found.lines[0] and OWNER in found.lines[0]
    for said in (
        "title: Climat",
        "credit: © Aster",
        "language: fr",
        "captions burned in, fr",
        "c" * 64,
        before,
        "a" * 64,
    ):
        assert any(said in line for line in found.lines), said
    assert read_tags(file) == Tags("Climat", OWNER, "© Aster", "fr") and "title in the file: Climat" in found.lines
    assert measure(file).moov_first and [kind for kind, _, _ in boxes(file)][:3] == [b"ftyp", b"uuid", b"moov"]


def test_a_still_is_signed_too(tmp_path: Path, signing: Signing, authority: Path) -> None:
    Image.new("RGB", (64, 64), (9, 9, 9)).save(tmp_path / "still.jpg")
    made = signed(tmp_path / "still.jpg", signing)
    assert verify_file(tmp_path / made["path"], roots(authority)).verdict == "trusted"
    assert read_tags(tmp_path / made["path"]).title == "Climat"


def test_without_a_key_a_film_says_what_it_is_and_is_made_once(film: Path) -> None:
    before = digest_of(film)
    made, again = signed(film, None), signed(film, None)
    file = film.parent / made["path"]
    assert made == again and "credentials" not in made
    assert (made["approved_sha256"], made["sha256"], digest_of(film)) == (before, digest_of(file), before)
    assert read_tags(file) == Tags("Climat", OWNER, "© Aster", "fr")
    assert verify_file(file).verdict == "none" and "credit in the file: © Aster" in verify_file(file).lines
    assert [one.name for one in file.parent.iterdir()] == [file.name, f"{file.name}.json"], "nothing half-made stays"


def test_without_the_root_a_file_is_unchanged_and_nobody_vouches_for_it(film: Path, signing: Signing) -> None:
    found = verify_file(film.parent / signed(film, signing)["path"])
    assert found.verdict == "unchanged" and "no root that is trusted here" in found.lines[0]


def test_one_flipped_bit_in_any_box_is_found(film: Path, signing: Signing, authority: Path, tmp_path: Path) -> None:
    file = film.parent / signed(film, signing)["path"]
    data, damaged = file.read_bytes(), tmp_path / "damaged.mp4"
    for kind, start, end in boxes(file):
        for place in {start + 9, (start + end) // 2, start + 3 * (end - start) // 4, end - 1} & set(range(start, end)):
            damaged.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert verify_file(damaged, roots(authority)).verdict in ("changed", "none"), (kind, place - start)


@pytest.mark.parametrize("change", [lambda data: data[:-500], lambda data: data + b"\0\0\0\x08free"])
def test_a_film_that_somebody_cut_or_added_to_is_named(
    film: Path, signing: Signing, authority: Path, change: Callable[[bytes], bytes]
) -> None:
    file = film.parent / signed(film, signing)["path"]
    file.write_bytes(change(file.read_bytes()))
    found = verify_file(file, roots(authority))
    assert found.verdict == "changed" and found.problems


def test_what_was_signed_once_stays_as_it_is(film: Path, signing: Signing) -> None:
    first, again = signed(film, signing), signed(film, signing)
    assert first == again
    other = signed(film, signing, language="ar")
    assert other["path"] != first["path"] and (film.parent / first["path"]).is_file()


def test_a_source_with_credentials_of_its_own_keeps_them(film: Path, signing: Signing, authority: Path) -> None:
    source = film.parent / signed(film, signing)["path"]
    bare = source.rename(film.parent / "without-ending")
    made = signed(film, signing, find=lambda digest: bare, language="en")
    found = verify_file(film.parent / made["path"], roots(authority))
    assert f"Source 1 SHA-256 {'a' * 64}, with credentials of its own by {OWNER}" in "\n".join(found.lines)


@pytest.mark.parametrize(("file", "at", "named"), [("key.pem", "2020-01-01", "renew it"), ("chain.pem", "", "root")])
def test_an_expired_certificate_and_a_chain_without_its_root_are_named(
    tmp_path: Path, file: str, at: str, named: str
) -> None:
    from datetime import datetime

    settings = make_test_authority(tmp_path / "a", OWNER, datetime.fromisoformat(f"{at}T00:00+00:00") if at else None)
    if not at:
        chain = tmp_path / "a" / "chain.pem"
        chain.write_text(chain.read_text().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")
    with pytest.raises(InvalidInput, match=named):
        load_signing(settings)


def test_the_key_of_another_certificate_is_named(tmp_path: Path, authority: Path) -> None:
    make_test_authority(tmp_path / "other", OWNER)
    (authority.parent / "key.pem").write_bytes((tmp_path / "other" / "key.pem").read_bytes())
    with pytest.raises(InvalidInput, match=f"is not the key of the certificate of '{OWNER}'"):
        load_signing(authority)
    settings = authority.read_text().replace("es256", "ps256")
    authority.write_text(settings)
    with pytest.raises(InvalidInput, match="is no key for ps256"):
        load_signing(authority)


COMMAND = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key = load_pem_private_key(Path(sys.argv[1]).read_bytes(), None)
sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read(), ec.ECDSA(hashes.SHA256())))
"""


def _with_command(authority: Path, *command: str) -> Signing:
    settings = authority.with_name("command.yaml")
    settings.write_text(f"certificates: chain.pem\ncommand: {json.dumps([sys.executable, *command])}\n")
    return load_signing(settings)


def test_a_command_signs_and_never_shows_its_key(film: Path, authority: Path, tmp_path: Path) -> None:
    (tmp_path / "sign.py").write_text(COMMAND)
    signing = _with_command(authority, str(tmp_path / "sign.py"), str(authority.parent / "key.pem"))
    assert verify_file(film.parent / signed(film, signing)["path"], roots(authority)).verdict == "trusted"


def test_a_command_that_fails_or_has_another_key_is_named_and_leaves_no_file(
    film: Path, authority: Path, tmp_path: Path
) -> None:
    with pytest.raises(RenderFailed, match="no token in the slot"):
        signed(film, _with_command(authority, "-c", "import sys; sys.exit('no token in the slot')"))
    make_test_authority(tmp_path / "other", OWNER)
    (tmp_path / "sign.py").write_text(COMMAND)
    signing = _with_command(authority, str(tmp_path / "sign.py"), str(tmp_path / "other" / "key.pem"))
    with pytest.raises(RenderFailed, match="the signature is not of the certificate's key"):
        signed(film, signing)
    assert not [path for path in (tmp_path / "signed").rglob("*") if path.is_file()]


def test_the_commands_say_it_in_words_and_by_their_exit_codes(film: Path, tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["credentials", "test-authority", str(tmp_path / "ca"), "--owner", OWNER]).exit_code == 0
    assert run.invoke(app, ["credentials", "test-authority", str(tmp_path / "ca")]).exit_code != 0, "a key stands there"
    file = film.parent / signed(film, load_signing(tmp_path / "ca" / "credentials.yaml"))["path"]
    answer = run.invoke(app, ["verify", str(file), "--roots", str(tmp_path / "ca" / "root.pem")])
    assert answer.exit_code == 0 and "no byte was changed since it was signed" in answer.stdout
    answer = run.invoke(app, ["verify", str(film), "--json"])
    assert answer.exit_code == 1 and json.loads(answer.stdout)["verdict"] == "none"
