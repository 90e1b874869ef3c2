"""What it costs to read an account, on moto: calls a function beside the least there can be, time, memory.

    python bench/live.py [FUNCTIONS...]

Every second function has an alias, and ten share a role. The least is what no reader can do without:
the lists in full pages, and for each function the calls that AWS offers for one function only (its
policy, its aliases, its URLs, its destinations), once more the policy for each alias and its version, and
the configuration of that version.
moto knows neither GetResourcePolicy nor ListFunctionUrlConfigs, so here one call more is tried in each
account, and a URL is asked for each alias. GetPolicy is paced at 15 a second, as AWS takes it.

`collect` is measured first, then the memory of `check --aws` with a JSON report: it holds the estate and all
that it finds, and writes the report piece by piece. Every function here has findings, and each is in the report
with its proof and fixes.

The exit status is 1 where the largest account takes more memory than the smallest by more than `GROWTH` says.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from measure import measure_once

SIZES = (50, 500, 2000)
REGION = "eu-west-1"
ROOT = Path(__file__).parent.parent
A_ROLE = 10
GROWTH = {"collect": 1.15, "check": 1.3}
"""How many times the memory of the fewest functions the most may take, with 40 times as many."""
CODE = b"PK\x05\x06" + b"\x00" * 18
"""An empty archive."""


def main(sizes: tuple[int, ...]) -> int:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log") as endpoint:
        os.environ.update(environment(endpoint))
        columns = ("functions", "calls", "each", "least", "each", "time", "collect", "check")
        print(" ".join(f"{title:>10}" for title in columns))
        taken: dict[str, list[float]] = {name: [] for name in GROWTH}
        for size in sizes:
            reset(endpoint)
            build(size)
            target = Path(folder) / "snapshot"
            command = [sys.executable, str(Path(__file__)), "--once", str(target), endpoint]
            shutil.rmtree(target, ignore_errors=True)
            measured = measure_once(command, ROOT)
            calls = json.loads((target / "calls").read_text())
            made, fewest = sum(calls.values()), least(size)
            counts = f"{size:10} {made:10} {made / size:10.2f} {fewest:10} {fewest / size:10.2f}"
            check = [sys.executable, str(Path(__file__)), "--check", f"{folder}/report", endpoint]
            checked = measure_once(check, ROOT)
            assert checked.status == 1, "every function has findings"
            print(f"{counts} {measured.seconds:8.1f} s {measured.memory:7.1f} MB {checked.memory:7.1f} MB", flush=True)
            taken["collect"].append(measured.memory)
            taken["check"].append(checked.memory)
    within = True
    for name, most in GROWTH.items():
        grown, held = taken[name][-1] / taken[name][0], (taken[name][-1] - taken[name][0]) * 1e3
        a_function = held / max(1, sizes[-1] - sizes[0])
        fits = grown <= most
        within = within and fits
        told = f"{name}: {grown:.2f} times the memory, {a_function:.1f} kB a function"
        print(told + ("" if fits else f"  over its budget: {most} times"))
    return 0 if within else 1


def least(functions: int) -> int:
    """The fewest calls: full pages of lists, then four calls a function; two policies and the configuration of
    a version an alias."""
    aliases = functions // 2
    lists = math.ceil(functions / 50) + 2 + 2
    who, bots = 1, 2
    return who + bots + lists + 4 * functions + 3 * aliases


def once(target: Path, endpoint: str) -> None:
    """Collect the account into a folder, and note the calls."""
    os.environ.update(environment(endpoint))
    sys.path.insert(0, str(ROOT))
    from auditor.cli.collect import Folder  # noqa: PLC0415 - measured with the run
    from auditor.sources.aws.reading import AccountReader  # noqa: PLC0415 - as above
    from auditor.sources.aws.selection import Selection  # noqa: PLC0415 - as above

    folder = Folder(target)
    reader = AccountReader(folder.begun(Selection()))
    for described in reader:
        folder.write(described.bundle)
    (target / "calls").write_text(json.dumps(reader.counted))


def check_once(report: Path, endpoint: str) -> int:
    """Check the account, and tell the exit status."""
    os.environ.update(environment(endpoint))
    sys.path.insert(0, str(ROOT))
    from auditor.cli.program import run  # noqa: PLC0415 - measured with the run

    return run(["check", "--aws", "--no-config", "--format", "json", "-o", str(report)])


def reset(endpoint: str) -> None:
    asked = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")  # noqa: S310 - our own server
    urllib.request.urlopen(asked)  # noqa: S310 - as above


def environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
    }


def build(functions: int) -> None:
    """Functions with a permission each, an alias every second, a role for ten."""
    iam, lambda_ = boto3.client("iam"), boto3.client("lambda")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    roles = [
        iam.create_role(RoleName=f"r{n}", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]["Arn"]
        for n in range(math.ceil(functions / A_ROLE))
    ]

    def make(number: int) -> None:
        name = f"f{number:05}"
        settings = {"Runtime": "python3.12", "Handler": "a.b", "Code": {"ZipFile": CODE}}
        lambda_.create_function(FunctionName=name, Role=roles[number // A_ROLE], **settings)
        lambda_.add_permission(
            FunctionName=name, StatementId="s", Action="lambda:InvokeFunction", Principal="lexv2.amazonaws.com"
        )
        if number % 2:
            version = lambda_.publish_version(FunctionName=name)["Version"]
            lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion=version)

    with ThreadPoolExecutor(4) as executor:
        list(executor.map(make, range(functions)))


@contextlib.contextmanager
def serving(log: Path) -> Iterator[str]:
    """moto on loopback, ended by its own pid."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as out:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            while server.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--once"]:
        once(Path(sys.argv[2]), sys.argv[3])
        sys.exit(0)
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check_once(Path(sys.argv[2]), sys.argv[3]))
    sys.exit(main(tuple(int(size) for size in sys.argv[1:]) or SIZES))
