"""Install the wheel as users do, and run it from another folder: in an empty environment, by `pipx run`
and by `uvx`.

    python tools/try_wheel.py dist/lambda_auditor-*.whl

Each way prints the version and audits the first sample. Exits with 1 where one fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "samples" / "classifieds-bot" / "before"
FINDS = "lex-invoke-unscoped"


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print("usage: try_wheel.py WHEEL", file=sys.stderr)
        return 2
    wheel = Path(arguments[0]).resolve()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, command in ways(wheel, Path(folder)):
            wrong = try_way(command, Path(folder))
            print(f"{name:<20} {wrong or 'works'}")
            failed = failed or bool(wrong)
    return 1 if failed else 0


def ways(wheel: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Each way of running the wheel, ready to be tried."""
    empty, tools = folder / "empty", folder / "tools"
    venv.create(empty, with_pip=True)
    install(empty, str(wheel))
    yield "empty environment", [str(empty / "bin" / "auditor")]
    yield "python -m auditor", [str(empty / "bin" / "python"), "-m", "auditor"]
    venv.create(tools, with_pip=True)
    install(tools, "pipx", "uv")
    yield "pipx run", [str(tools / "bin" / "pipx"), "run", "--spec", str(wheel), "auditor"]
    yield "uvx", [str(tools / "bin" / "uvx"), "--from", str(wheel), "auditor"]


def install(environment: Path, *packages: str) -> None:
    command = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", *packages]
    subprocess.run(command, check=True)  # noqa: S603 - the command is our own


def try_way(command: Sequence[str], folder: Path) -> str:
    """What is wrong with a way of running the program; empty where nothing is."""
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {"PIPX_HOME": str(folder / "pipx"), "UV_CACHE_DIR": str(folder / "uv")}
    for arguments, status, shown in ((["--version"], 0, "auditor "), (["check", str(SAMPLE)], 1, FINDS)):
        done = subprocess.run(  # noqa: S603 - the command is our own
            [*command, *arguments], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != status or shown not in done.stdout:
            return (
                f"`{' '.join(arguments)}` exits with {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}"
            )
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
