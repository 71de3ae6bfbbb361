"""What all commands share: the console, exit codes, the option for the store."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.console import Console
from rich.table import Table
from rich.text import Text

from portevoix.errors import InvalidInput, PortevoixError, detail_of, sentence_of
from portevoix.files import whole
from portevoix.library import Library
from portevoix.order.job_reading import job_name
from portevoix.sources.probe import UnusableSource

DONE, FAILED, WRONG_INPUT = 0, 1, 2
# What a name that somebody gave may be refused for.
OF_NAMES = (errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST)
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
DEFAULT_STORE = str(CACHE / "portevoix" / "store")
console = Console()

StorePlace = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="PORTEVOIX_STORE",
        help="Where artifacts are kept between runs: a folder or s3://bucket/prefix.",
    ),
]

HousePlace = Annotated[
    Path | None,
    typer.Option("--house", help="The institution's own data: a folder. [default: the one PORTEVOIX_HOUSE names]"),
]


@contextmanager
def errors_reported() -> Iterator[None]:
    """Print an error of Portevoix as its sentence, and end with the exit code that says whose it is."""
    try:
        yield
    except (InvalidInput, UnusableSource) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from None
    except PortevoixError as error:
        print(error, file=sys.stderr)
        if said := detail_of(error):
            print(f"what was said: {said}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    except (typer.Exit, BrokenPipeError):
        raise  # who read the output has gone: Typer ends the command without a word
    except OSError as error:
        if error.errno not in OF_NAMES or not error.filename:
            raise _unexpected(error) from None
        print(f"{error.filename} cannot be used: {error.strerror}; name another place", file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from None
    except Exception as error:
        raise _unexpected(error) from None


def _unexpected(error: Exception) -> typer.Exit:
    """Print a sentence for an author, and write the rest for whoever can mend it. Returns the exit to be raised."""
    with tempfile.NamedTemporaryFile("w", prefix="portevoix-", suffix=".log", delete=False) as log:
        log.write(detail_of(error))
    print(f"{sentence_of(error)}; {log.name} has the rest, please send it in", file=sys.stderr)
    return typer.Exit(FAILED)


def write_failures(said: Sequence[str], folder: Path) -> None:
    """Write what a tool said of each step that failed into `failures.log`; one of another run goes away."""
    log = folder / "failures.log"
    if not said:
        log.unlink(missing_ok=True)
        return
    with whole(log, durable=False) as partial:
        partial.write_text("\n".join(said) + "\n", "utf-8")
    print(f"what ffmpeg said is in {log}", file=sys.stderr)


def counted(number: int, name: str) -> str:
    """`1 cue`, `2 cues`."""
    return f"{number} {name}{'' if number == 1 else 's'}"


def usage_error(message: str) -> typer.Exit:
    """Print what is wrong with an option. Returns the exit that is to be raised."""
    print(message, file=sys.stderr)
    return typer.Exit(WRONG_INPUT)


def outputs_of(job: Path) -> Path:
    """Where a job's files go unless somebody says otherwise: beside the job, wherever one stands."""
    return job.parent / "build" / job_name(job)


def kit_named(name: str, library: Library) -> str:
    """The kit of that name; the library's first where none is named. Raises typer.Exit for one that is not known."""
    if name and name not in library.kits:
        raise usage_error(f"kit {name!r} is not known; known: {', '.join(library.kits)}")
    return name or library.default_kit


def say(text: str, mark: str = "", style: str = "dim") -> None:
    """Print a sentence after its `mark`, which has a `style`. What stands in brackets stays, and no line is broken."""
    console.print(Text.assemble((mark, style), " ", text) if mark else Text(text), soft_wrap=True)


def write_sheet(page: Image.Image, path: Path) -> None:
    """Write a contact sheet as PNG, whole or not at all, and print its path."""
    with whole(path, durable=False) as partial:
        page.save(partial, "PNG")
    say(str(path))


def write_sheets(pages: Iterable[Image.Image], path: Path) -> None:
    """Write contact sheets: the first as `path`, the others numbered beside it."""
    for number, page in enumerate(pages, 1):
        write_sheet(page, path if number == 1 else path.with_stem(f"{path.stem}-{number}"))


def print_table(rows: list[tuple[str, ...]], *heads: str) -> None:
    """Print a table."""
    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    console.print(table)
