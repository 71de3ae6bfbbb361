"""Whatever is done, the store over a folder and the one over a bucket answer alike."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from s3 import BUCKET, Swift
from stored import NOW, key_of, put

from portevoix.store import (
    ArtifactMissing,
    FolderStore,
    Store,
    UploadRefused,
)
from portevoix.store.bucket import Bucket
from portevoix.store.s3 import S3Store


class BothStores(RuleBasedStateMachine):
    """Whatever is done, the folder and the bucket answer alike; the bucket's store also when it loses its cache."""

    keys = st.sampled_from([key_of(name) for name in "abc"])
    contents = st.binary(max_size=20)

    def __init__(self, root: Path, swift: Swift) -> None:
        super().__init__()
        self.folder = root / uuid4().hex
        bucket = Bucket(BUCKET, f"machine/{uuid4().hex}", swift.settings())
        self.stores: list[Store] = [FolderStore(self.folder / "f"), S3Store(bucket, self.folder / "c", 1 << 20)]
        self.uploads: list[tuple[str, str]] = []
        self.digests = {hashlib.sha256(b"none").hexdigest()}

    def same(self, *asked: Callable[[], object]) -> Any:
        answers: list[object] = []
        for ask in asked:
            try:
                answers.append(ask())
            except (ArtifactMissing, UploadRefused) as error:
                answers.append((type(error), getattr(error, "received", None)))
        assert answers[0] == answers[1]
        return answers[0]

    def both(self, ask: Callable[[Store], object]) -> Any:
        return self.same(*(lambda store=store: ask(store) for store in self.stores))

    @rule(key=keys, content=contents, facts=st.dictionaries(st.text("ab"), st.integers(), max_size=2))
    def put(self, key: str, content: bytes, facts: dict[str, Any]) -> None:
        self.both(lambda store: put(store, key, facts, mp4=content))

    @rule(key=keys)
    def look(self, key: str) -> None:
        self.both(lambda store: store.has(key))
        self.both(lambda store: store.facts(key))
        self.both(lambda store: store.path(key, ".mp4").read_bytes())

    @rule(key=keys)
    def delete(self, key: str) -> None:
        self.both(lambda store: store.delete(key))

    @rule(kept=st.sets(keys))
    def housekeeping(self, kept: set[str]) -> None:
        self.both(lambda store: list(store.unreferenced(kept, NOW)))
        self.both(lambda store: list(store.unreferenced_inputs(self.digests, NOW)))

    @rule(content=contents)
    def put_input(self, content: bytes) -> None:
        self.digests.add(self.both(lambda store: store.put_input(io.BytesIO(content))))

    @rule(data=st.data())
    def look_at_input(self, data: st.DataObject) -> None:
        digest = data.draw(st.sampled_from(sorted(self.digests)))
        self.both(lambda store: store.has_input(digest))
        self.both(lambda store: store.input_path(digest).read_bytes())

    @rule(size=st.integers(0, 5))
    def begin_upload(self, size: int) -> None:
        self.uploads.append(tuple(store.begin_upload(size) for store in self.stores))

    @rule(
        data=st.data(),
        offset=st.integers(0, 5),
        piece=st.binary(max_size=5),
        do=st.sampled_from(["append", "finish", "abort"]),
    )
    def upload(self, data: st.DataObject, offset: int, piece: bytes, do: str) -> None:
        if self.uploads:
            ids = data.draw(st.sampled_from(self.uploads))
            asked: dict[str, Callable[[Store, str], object]] = {
                "append": lambda store, upload: store.append(upload, offset, [piece]),
                "finish": lambda store, upload: store.finish(upload),
                "abort": lambda store, upload: store.abort(upload),
            }
            pairs = list(zip(self.stores, ids, strict=True))
            answer = self.same(*(lambda pair=pair: asked[do](*pair) for pair in pairs))
            if do == "finish" and isinstance(answer, str):
                self.digests.add(answer)
            self.same(*(lambda pair=pair: pair[0].arrival(pair[1]).received for pair in pairs))

    @rule()
    def another_machine(self) -> None:
        shutil.rmtree(self.folder / "c" / "files", ignore_errors=True)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


def test_the_folder_and_the_bucket_answer_alike(swift: Swift, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: BothStores(tmp_path, swift),
        settings=settings(max_examples=6, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
