"""Which folders of Terraform are root modules, and which templates are nested in no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path


def root_modules(folders: Sequence[Path], called_by: Callable[[Path], set[Path]]) -> tuple[Path, ...]:
    """The folders that no other of `folders` calls as a module, in their order; or templates, and
    what they nest. Where folders
    call each other in a circle that nothing else calls, the first stands for all."""
    real = {folder.resolve(): folder for folder in folders}
    calls = {path: {called.resolve() for called in called_by(folder)} - {path} for path, folder in real.items()}
    called = set().union(*calls.values()) if calls else set()
    roots = [path for path in real if path not in called]
    reached = _reach(roots, calls)
    for path in real:
        if path not in reached:
            roots.append(path)
            reached |= _reach([path], calls)
    return tuple(folder for path, folder in real.items() if path in roots)


def _reach(starts: Sequence[Path], calls: dict[Path, set[Path]]) -> set[Path]:
    reached: set[Path] = set()
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path not in reached:
            reached.add(path)
            waiting.extend(calls.get(path, ()))
    return reached
