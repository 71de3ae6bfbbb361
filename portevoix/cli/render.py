"""`portevoix plan`, `watch` and `render`: what a job would make, a draft of it to look at, and its files."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from portevoix.cli import credentials
from portevoix.cli.console import (
    DEFAULT_STORE,
    DONE,
    FAILED,
    HousePlace,
    StorePlace,
    console,
    counted,
    errors_reported,
    outputs_of,
    say,
    usage_error,
    write_failures,
)
from portevoix.cli.places import destination_of, store_at
from portevoix.cli.progress import progress
from portevoix.cli.publishing import not_published, publish_rendered
from portevoix.delivery.manifest import job_of_set
from portevoix.order.job_reading import job_name
from portevoix.plan.estimate import estimate
from portevoix.produce import Production, Selection, default_workers, prepare, produce
from portevoix.store.opening import is_bucket

JobFile = Annotated[Path, typer.Argument(help="The job, a YAML file.", show_default=False)]
Only = Annotated[
    list[str] | None, typer.Option("--only", help="language=fr,ar or format=story; may stand several times.")
]


def _selection(only: list[str] | None) -> Selection:
    chosen: dict[str, set[str]] = {"language": set(), "format": set()}
    for word in only or []:
        key, _, value = word.partition("=")
        if key not in chosen or not value:
            raise usage_error(f"--only {word}: write language=CODE or format=NAME")
        chosen[key] |= set(value.split(","))
    return Selection(frozenset(chosen["language"]), frozenset(chosen["format"]))


def plan(
    job: JobFile,
    only: Only = None,
    draft: bool = False,
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Show what would be made, what is in the store already, and how long the rest takes."""
    with errors_reported():
        artifacts = store_at(store)
        _, _, _, made = prepare(job, artifacts, _selection(only), draft, house)
    if as_json:
        seconds = round(estimate(made, artifacts, default_workers()), 1)
        print(json.dumps({**made.summary(), "estimate_s": seconds}, ensure_ascii=False, indent=2))
        return
    table = Table("format", "frames", "chunks", "there", "to make")
    for name in dict.fromkeys(b.canvas.format for b in made.batches):
        batches = [b for b in made.batches if b.canvas.format == name]
        steps = [(b, s) for b in batches for s in b.steps]
        missing = [(b, s) for b, s in steps if not artifacts.has(s.key)]
        table.add_row(
            name, str(made.timeline.frame_count), str(len(steps)), str(len(steps) - len(missing)), str(len(missing))
        )
    console.print(table)
    seconds = estimate(made, artifacts, default_workers())
    say(f"{counted(len(made.videos), 'video')}, {len(made.products)} deliveries; about {seconds:.0f} s to make")


def watch(
    job: JobFile,
    only: Only = None,
    port: Annotated[int, typer.Option(help="The page's port on this machine. 0: no page, only the file.")] = 8090,
    workers: Annotated[int, typer.Option(min=1, help="Chunks at once.")] = default_workers(),
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
    out: Annotated[Path | None, typer.Option(help="The draft's file. [default: in build/, beside the job]")] = None,
) -> None:
    """Make a draft of one variant, to watch while it is made."""
    from portevoix.cli.watch import Shown, choose_draft, server, unfinished  # here: no other command serves a page

    file = out or outputs_of(job).with_name(f"{job_name(job)}_draft.mp4")
    started = time.monotonic()
    with errors_reported():
        draft = choose_draft(job, store_at(store), _selection(only), workers, house)
        for old in (file, unfinished(file)):
            old.unlink(missing_ok=True)
        try:
            page = server(Shown(file, draft.page), port) if port else None
        except OSError as error:
            raise usage_error(f"--port {port}: {error.strerror}; choose another, or 0 for the file alone") from None
        if page:
            threading.Thread(target=page.serve_forever, daemon=True).start()
            say(f"watch it at http://127.0.0.1:{port}/")
        frames = draft.write(file)
    say(f"{frames} pictures in {file} ({time.monotonic() - started:.1f} s)")
    if page and sys.stdin.isatty():
        console.input("Enter ends the page.")


def render(
    job: JobFile,
    out: Annotated[
        str | None,
        typer.Option(help="A folder, or s3://bucket/prefix. [default: build/ and the job's name, beside the job]"),
    ] = None,
    draft: Annotated[bool, typer.Option(help="Smaller and faster, to look at.")] = False,
    only: Only = None,
    workers: Annotated[int, typer.Option(min=1, help="Batches at once.")] = default_workers(),
    store: StorePlace = DEFAULT_STORE,
    house: HousePlace = None,
    credentials_file: credentials.CredentialsPlace = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON event a line.")] = False,
) -> None:
    """Render a job: every format, every language, checked, with its manifest.

    What goes to a bucket is rendered into `build/` first, and published as a whole where nothing failed. Drafts have a
    folder of their own in it, so that they never take the place of finished files.
    """
    bucket = destination_of(out) if out and is_bucket(out) else None
    folder = Path(out) if out and not bucket else outputs_of(job)
    if (other := job_of_set(folder)) not in (None, job_name(job)):
        raise usage_error(f"{folder} holds the files of the job {other!r}; choose another folder with --out")
    folder = folder / "draft" if draft else folder
    if bucket and draft:
        raise usage_error("--draft is for the eye and is not published; choose a folder for --out")
    started = time.monotonic()
    said: list[str] = []

    def report(event: dict[str, Any]) -> None:
        said.extend([f"{event['step']}: {event['said']}"] if event.get("said") else [])
        show(event)

    with errors_reported(), progress(as_json) as show:
        production = Production(store_at(store), _selection(only), draft, workers, report, house)
        outcome = produce(job, folder, production)
    if not as_json:
        for note in dict.fromkeys(outcome.notes):
            say(note, "note")
        kinds = [d.kind for d in outcome.deliveries]
        counted = ", ".join(f"{kinds.count(k)} {k}{'s' * (kinds.count(k) > 1)}" for k in dict.fromkeys(kinds))
        say(f"{counted or 'nothing'} in {folder} ({time.monotonic() - started:.1f} s)")
    for failure in outcome.failures:
        print(f"failed: {failure}", file=sys.stderr)
    write_failures(said, folder)
    for block in dict.fromkeys(outcome.blocks):
        print(f"blocks approval: {block}", file=sys.stderr)
    if bucket and (outcome.failures or outcome.blocks):
        raise not_published(folder, "something failed, and a set is published as a whole or not at all")
    if bucket:
        publish_rendered(folder, bucket, as_json, credentials.signing_place(credentials_file), outcome.sources)
    raise typer.Exit(FAILED if outcome.failures else DONE)
