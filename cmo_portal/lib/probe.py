"""Asks a portal on this machine how it is: `python -m cmo_portal.lib.probe /readyz` exits 0 when the answer is 200,
and `... tcp:8024` when somebody listens on that port."""

from __future__ import annotations

import http.client
import socket
import sys

from cmo_portal.lib.environment import environment


def host_header() -> str:
    """A host name that the portal will accept: the first of ALLOWED_HOSTS that is no wildcard."""
    names = environment().listing("ALLOWED_HOSTS", "127.0.0.1")
    return next((name.lstrip(".") for name in names if "*" not in name), "127.0.0.1")


def ask(port: int, path: str, seconds: float = 5.0) -> tuple[int, str]:
    """Status and body of one answer; (0, reason) where nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers={"Host": host_header()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__
    finally:
        connection.close()


def listens(port: int, seconds: float = 5.0) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), seconds):
            return True
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    path = arguments[0] if arguments else "/readyz"
    if path.startswith("tcp:"):
        return 0 if listens(int(path.removeprefix("tcp:"))) else 1
    status, body = ask(environment().integer("PORT", 8000, low=1, high=65535), path)
    print(status, body)
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
