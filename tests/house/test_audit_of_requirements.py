"""`make audit` tells apart: nothing known, something known, and nobody answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.embedded
ROOT = Path(__file__).resolve().parents[2]
PINS = "django[argon2]==5.2.19 \\\n    --hash=sha256:aa\nredis==8.1.0 ; python_version > '3' \\\n# celery==1\n"


@contextmanager
def service(answer: Callable[[dict[str, Any]], Any]) -> Iterator[str]:
    """A vulnerability service on this machine that answers as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer(asked)).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def audit(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    (folder / "pins.txt").write_text(PINS)
    return subprocess.run(
        [sys.executable, ".ci/audit.py", str(folder / "pins.txt")],
        cwd=ROOT,
        env={**os.environ, "OSV_URL": address, "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_pin_is_asked_about_and_a_known_vulnerability_exits_1(tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []

    def answer(question: dict[str, Any]) -> Any:
        asked.extend(question["queries"])
        return {"results": [{"vulns": [{"id": "PYSEC-1"}]}, {}]}

    with service(answer) as address:
        result = audit(tmp_path, address)
    assert [(q["package"]["name"], q["version"]) for q in asked] == [("django", "5.2.19"), ("redis", "8.1.0")]
    assert result.returncode == 1
    assert "django 5.2.19: PYSEC-1" in result.stdout


def test_nothing_known_exits_0(tmp_path: Path) -> None:
    with service(lambda question: {"results": [{}, {}]}) as address:
        assert audit(tmp_path, address).returncode == 0


@pytest.mark.parametrize("strange", [{}, [], {"results": [{}]}, {"results": [None, None]}])
def test_an_answer_that_says_nothing_exits_2(tmp_path: Path, strange: Any) -> None:
    with service(lambda question: strange) as address:
        result = audit(tmp_path, address)
    assert result.returncode == 2
    assert "Nothing was audited" in result.stderr


def test_no_service_exits_2_and_says_what_to_do(tmp_path: Path) -> None:
    result = audit(tmp_path, "http://127.0.0.1:9")
    assert result.returncode == 2
    assert "Nothing was audited: http://127.0.0.1:9 gave no usable answer" in result.stderr
    assert "Run it where that address answers" in result.stderr and "Traceback" not in result.stderr


def test_an_empty_address_means_the_usual_service() -> None:
    code = "import runpy; print(runpy.run_path('.ci/audit.py')['SERVICE'])"
    environment = {**os.environ, "OSV_URL": ""}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert answer.stdout.strip() == "https://api.osv.dev"
