"""Cold start of each function: instructions of its init (cachegrind), and milliseconds under the real runtime client.

Instructions are those of importing the handler and building what it needs, over an empty interpreter: they do not depend
on the machine's load. The packages are those of `make package`, built for this machine's processor, and none of their
modules may be compiled by an import.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from infra import packaging
from shared.topology import Function, Serves, Service, environment_name

HERE_PLATFORM = "x86_64-manylinux_2_28"
BUILD = packaging.ROOT / "build" / "bench"
RUNTIME_CLIENT = BUILD / "runtime-client"
MEDIAN_CONSUMER = 1_650
WEB = 2_000
"""Targets, in millions of instructions."""
SPAWNS = 5
_TOTAL = re.compile(r"I\s+refs:\s+([\d,]+)")


@dataclass(frozen=True)
class Start:
    """One function's cold start."""

    service: str
    function: str
    web: bool
    instructions_m: float
    first_poll_ms: float


def main() -> bool:
    """Prints the table; True when the targets are met."""
    if shutil.which("valgrind") is None:
        print("cold-start: valgrind is needed (apt-get install valgrind).", file=sys.stderr)
        return False
    try:
        interpreter = packaging.lambda_python()
        with _answering_stub() as endpoint:
            starts = list(_measure(interpreter, endpoint))
    except packaging.CannotPackage as refusal:
        print(f"cold-start: {refusal}", file=sys.stderr)
        return False
    return _report(starts)


def _measure(interpreter: str, endpoint: str) -> Iterator[Start]:
    _install_runtime_client()
    functions: list[tuple[Service, Function]] = []
    for service in packaging.services().values():
        _build(interpreter, service)
        functions += [(service, function) for function in service.functions]
    empty = _instructions([interpreter, "-S", "-P", "-c", "pass"], {})
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        counts = list(pool.map(lambda pair: _init_instructions(interpreter, endpoint, *pair), functions))
    # Milliseconds only now that no count shares the processor with them.
    for done, ((service, function), count) in enumerate(zip(functions, counts, strict=True), 1):
        _progress(done, len(functions))
        milliseconds = _first_poll_ms(interpreter, endpoint, service, function)
        web = isinstance(function.trigger, Serves)
        yield Start(service.name, function.name, web, (count - empty) / 1e6, milliseconds)


def _build(interpreter: str, service: Service) -> None:
    """The service's package for this processor, of which nothing is compiled again when its handlers are imported."""
    folder = BUILD / service.name
    packaging.build(service, folder, HERE_PLATFORM)
    packaging.import_uncompiled(folder, [_module(service, function) for function in service.functions], interpreter)


def _module(service: Service, function: Function) -> str:
    return f"services.{service.name}.handlers.{function.name}"


def _report(starts: list[Start]) -> bool:
    print(f"\n{'function':<28}{'M instructions':>16}{'ms to first poll':>18}")
    for start in sorted(starts, key=lambda start: start.instructions_m):
        name = f"{start.service}.{start.function}"
        print(f"{name:<28}{start.instructions_m:>16,.0f}{start.first_poll_ms:>18,.0f}")
    consumers = [start.instructions_m for start in starts if not start.web]
    webs = [start.instructions_m for start in starts if start.web]
    median, worst = statistics.median(consumers), max(webs)
    print(f"\nmedian consumer: {median:,.0f} M instructions (target {MEDIAN_CONSUMER:,})")
    print(f"heaviest web function: {worst:,.0f} M instructions (target {WEB:,})")
    return median <= MEDIAN_CONSUMER and worst <= WEB


def _environment(endpoint: str, service: Service, function: Function) -> dict[str, str]:
    """What Lambda would set, with every resource name a dummy."""
    tables = (*function.reads, *function.writes, *function.loads, *function.fills)
    names = [environment_name("TABLE", table.name) for table in tables]
    names += [environment_name("QUEUE", queue.name) for queue in function.sends]
    names += [environment_name("BUCKET", bucket.name) for bucket in (*function.gets, *function.puts, *function.deletes)]
    names += [environment_name("SECRET", secret.name) for secret in function.secrets]
    names += ["VIGIE_BUS", "VIGIE_DATA_KEY", "VIGIE_DEAD_QUEUE", "VIGIE_SENDER", "VIGIE_SES_CONFIGURATION"]
    names += ["VIGIE_SMS_ORIGIN", "VIGIE_SMS_CONFIGURATION", "VIGIE_AUDIENCE", "VIGIE_STAGE"]
    return dict.fromkeys(names, "bench") | {
        "VIGIE_PUBLIC_URL": "https://vigie.example",
        "VIGIE_ISSUER": "https://issuer.example",
        "VIGIE_MAX_RECEIVES": "5",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CA_BUNDLE": str(BUILD / service.name / packaging.AMAZON_ROOTS),
        "AWS_REGION": "eu-west-3",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_LAMBDA_FUNCTION_NAME": f"vigie-bench-{service.name}-{function.name}",
        "POWERTOOLS_SERVICE_NAME": service.name,
        "POWERTOOLS_METRICS_NAMESPACE": "Vigie",
        "PYDANTIC_DISABLE_PLUGINS": "true",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _init_instructions(interpreter: str, endpoint: str, service: Service, function: Function) -> int:
    environment = _environment(endpoint, service, function)
    environment |= {"PYTHONPATH": str(BUILD / service.name), "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9"}
    return _instructions([interpreter, "-S", "-P", "-c", f"import {_module(service, function)}"], environment)


def _instructions(command: list[str], environment: dict[str, str]) -> int:
    cachegrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    run = subprocess.run(
        [*cachegrind, *command],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]} | environment,
    )
    total = _TOTAL.search(run.stderr)
    if run.returncode or total is None:
        raise SystemExit(f"{' '.join(command)} failed:\n{run.stderr[-3000:]}")
    return int(total.group(1).replace(",", ""))


def _first_poll_ms(interpreter: str, endpoint: str, service: Service, function: Function) -> float:
    """Median of the time from spawning the runtime client to its first request for work."""
    return statistics.median(_spawn(interpreter, endpoint, service, function) for _ in range(SPAWNS))


def _spawn(interpreter: str, endpoint: str, service: Service, function: Function) -> float:
    polled = threading.Event()
    with _serving(_runtime_api(polled)) as address:
        environment = {"PATH": os.environ["PATH"]} | _environment(endpoint, service, function)
        environment["PYTHONPATH"] = f"{BUILD / service.name}:{RUNTIME_CLIENT}"
        environment["AWS_LAMBDA_RUNTIME_API"] = address
        handler = f"{_module(service, function)}.handler"
        began = time.perf_counter()
        client = subprocess.Popen(
            [interpreter, "-m", "awslambdaric", handler],
            cwd=BUILD / service.name,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            if not polled.wait(60):
                raise SystemExit(f"{handler} never asked for work")
            return (time.perf_counter() - began) * 1000
        finally:
            client.kill()
            client.wait()


def _runtime_api(polled: threading.Event) -> type[BaseHTTPRequestHandler]:
    class RuntimeApi(BaseHTTPRequestHandler):
        """Lambda's Runtime API as far as the first poll, which it never answers."""

        def do_GET(self) -> None:
            polled.set()
            time.sleep(2)

        def do_POST(self) -> None:
            print(self.rfile.read(int(self.headers["Content-Length"])).decode(), file=sys.stderr)

        def log_message(self, *_: object) -> None:
            """Nothing: the figures are the output."""

    return RuntimeApi


class _Stub(BaseHTTPRequestHandler):
    """Answers the one AWS call that an init may make: reading a secret."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"SecretString": "0000000000000000000000000000000000000000000000000000000000000000"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the figures are the output."""


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _answering_stub() -> Iterator[str]:
    with _serving(_Stub) as address:
        yield f"http://{address}"


def _install_runtime_client() -> None:
    lock = (packaging.ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    pins = [
        line.split()[0]
        for line in lock.splitlines()
        if line.startswith(("awslambdaric==", "simplejson==", "snapshot-"))
    ]
    uv = str(Path(sys.executable).parent / "uv")
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--python-platform",
        HERE_PLATFORM,
        "--python-version",
        packaging.PYTHON,
    ]
    subprocess.run([*command, "--no-deps", "--target", str(RUNTIME_CLIENT), *pins], check=True)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r[{'█' * done}{'·' * (total - done)}] {done}/{total}", end="", file=sys.stderr)
