"""What imports what: the packages and loose modules of the source tree, and the floor on which each stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Imports = Mapping[str, frozenset[str]]

STOREYS = ("api", "workers", "service", "portevoix")  # from the top; a storey imports those below it


class ImportCircle(Exception):
    """Two places import each other, so that neither can stand above the other."""


@dataclass(frozen=True)
class Place:
    """A package or a loose module: its full name, and the first sentence of its docstring."""

    name: str
    sentence: str
    is_package: bool

    @property
    def label(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class Storey:
    """A top package or module with its floors from the top, the arrows between them, and what it uses of each storey
    below.

    Where there are packages, `ground` are the loose modules that import no other place of the storey, or only such.
    """

    name: str
    sentence: str
    floors: tuple[tuple[Place, ...], ...]
    ground: tuple[Place, ...]
    arrows: tuple[tuple[str, str], ...]
    uses: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def label(self) -> str:
        return self.name


def storeys(root: Path) -> tuple[Storey, ...]:
    """The whole tree under `root`. Raises ImportCircle."""
    modules = {name: path for top in STOREYS for name, path in _modules(root, top)}
    imports = _between_places(modules)
    return tuple(_storey(top, modules, imports) for top in STOREYS)


def _modules(root: Path, top: str) -> Iterator[tuple[str, Path]]:
    for path in sorted([*root.glob(f"{top}.py"), *(root / top).rglob("*.py")]):
        words = path.relative_to(root).with_suffix("").parts
        if "migrations" not in words and words[-1] != "__main__":
            yield ".".join(words[:-1] if words[-1] == "__init__" else words), path


def _between_places(modules: Mapping[str, Path]) -> Imports:
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        here = _place_of(name)
        others = {_place_of(other) for other in _imported(path, modules)} - {here}
        found.setdefault(here, set()).update(others)
    return {name: frozenset(others) for name, others in found.items()}


def _place_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module in modules:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else node.module


def _storey(top: str, modules: Mapping[str, Path], imports: Imports) -> Storey:
    names = [name for name in imports if name.startswith(f"{top}.")]
    inside = {name: imports[name] & set(names) for name in names}
    ground = _ground(inside, frozenset(name for name in names if modules[name].name != "__init__.py"))
    upper = {name: others - ground for name, others in inside.items() if name not in ground}
    return Storey(
        name=top,
        sentence=_sentence(modules[top]),
        floors=tuple(tuple(_place(name, modules) for name in floor) for floor in _floors(upper)),
        ground=tuple(_place(name, modules) for name in sorted(ground)),
        arrows=tuple(sorted(_needed(upper))),
        uses=tuple(_uses(top, names, imports)),
    )


def _uses(top: str, names: list[str], imports: Imports) -> Iterator[tuple[str, tuple[str, ...]]]:
    used = {other for name in (top, *names) for other in imports[name]}
    for storey in STOREYS:
        places = tuple(sorted(name.partition(".")[2] for name in used if name.startswith(f"{storey}.")))
        if places and storey != top:
            yield storey, places


def _ground(imports: Imports, loose: frozenset[str]) -> frozenset[str]:
    if loose == imports.keys():
        return frozenset()
    bare = frozenset(name for name in loose if not imports[name])
    return bare | {name for name in loose if imports[name] <= bare}


def _floors(imports: Imports) -> list[list[str]]:
    """Each name as low as what it imports allows, the highest floor first."""
    floors: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(imports):
        floor = sorted(name for name, others in imports.items() if name not in placed and others <= placed)
        if not floor:
            raise ImportCircle(f"These import each other in a circle: {', '.join(sorted(set(imports) - placed))}")
        floors.append(floor)
        placed.update(floor)
    return floors[::-1]


def _needed(imports: Imports) -> Iterator[tuple[str, str]]:
    """The arrows that no way over other arrows implies."""
    for name, others in imports.items():
        implied = set().union(*(_reached(other, imports) for other in others))
        yield from ((name, other) for other in others - implied)


def _reached(name: str, imports: Imports) -> set[str]:
    return set(imports[name]).union(*(_reached(other, imports) for other in imports[name]))


def _place(name: str, modules: Mapping[str, Path]) -> Place:
    path = modules[name]
    return Place(name, _sentence(path), path.name == "__init__.py")


def _sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).partition(". ")[0].rstrip(".").replace("`", "")


def as_text(tree: Iterable[Storey]) -> str:
    """The same facts in words, one line for each arrow: the picture's description."""
    lines = []
    for storey in tree:
        lines += [f"{storey.name} uses of {name}: {', '.join(places)}" for name, places in storey.uses]
        lines += [f"{name} imports {other}" for name, other in storey.arrows]
    return "\n".join(lines)
