"""Where the packets of a transport stream lose their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.sources.transport import breaks_in

PACKET = b"\x47" + bytes(187)
KINDS = {188: PACKET, 192: bytes(4) + PACKET, 204: PACKET + bytes(16)}


def _breaks(folder: Path, content: bytes) -> list[int]:
    (file := folder / "stream.ts").write_bytes(content)
    return breaks_in(file)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_may_be_cut_anywhere(tmp_path: Path, kind: int) -> None:
    stream = KINDS[kind] * 40
    assert _breaks(tmp_path, stream) == _breaks(tmp_path, stream[50:-70]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_or_overwritten_in_its_middle_is_a_break(tmp_path: Path, kind: int) -> None:
    one, sync = KINDS[kind], KINDS[kind].index(b"\x47")
    missing = _breaks(tmp_path, one * 20 + one[100:] + one * 20)
    assert len(missing) == 1 and 20 * kind <= missing[0] <= 21 * kind + sync
    assert _breaks(tmp_path, one * 20 + bytes(3 * kind) + one * 20) == [20 * kind + sync]
