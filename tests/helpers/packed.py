"""A finished set of two accounts, Arabic and Chinese, without an encoder: to be packed and released."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image

TEXTS = {"ar": "=مرحبا\n\n#مناخ", "zh-Hans": "+你好，世界\n\n#气候"}


def finished_set(folder: Path) -> dict[str, Any]:
    """Its manifest; its files lie in `folder`."""
    deliveries = []
    for account, language in (("ministere_ar", "ar"), ("ministere_zh", "zh-Hans")):
        labels = {"account": account, "placement": "x", "language": language, "format": "wide", "part": None}
        stem = f"{account}/x/climat_wide_{language}"
        files = {
            f"{stem}.mp4": ("video", b"film " * 1000),
            f"{stem}_poster.jpg": ("poster", _picture()),
            f"{stem}.AR.srt": ("sidecar", b"1\n00:00:00,000 --> 00:00:01,000\nx\n"),
            f"{stem}_post.json": ("post", _post(labels, TEXTS[language])),
        }
        for path, (kind, content) in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
            facts = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "checks": []}
            deliveries.append({"path": path, "kind": kind, **labels, **facts})
    manifest = {"job": "climat", "embargo": None, "deliveries": deliveries}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return manifest


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1920, 1080), (20, 60, 120)).save(file, "JPEG")
    return file.getvalue()


def _post(labels: dict[str, Any], text: str) -> bytes:
    said = {"text": text, "title": "", "alt_text": "A", "transcript": "T", "hashtags": [], "handles": []}
    counted = {"text": {"length": len(text), "limit": 280, "unit": "weighted characters"}}
    return json.dumps({**labels, **said, "counted": counted}).encode()
