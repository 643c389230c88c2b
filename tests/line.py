"""A connection that can be cut and mended: a small proxy in a process of its own, stopped and started again."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.server import free_port

ROOT = Path(__file__).resolve().parent.parent


class Line:
    """Passes bytes on to `target`, like `http://127.0.0.1:8000`, under an address of its own."""

    def __init__(self, target: str) -> None:
        self.target, self.port = target.rpartition(":")[2], free_port()
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        command = [sys.executable, "-m", "tests.line", str(self.port), self.target]
        self.process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("The line does not answer.")

    def cut(self) -> None:
        self.process.kill()
        self.process.wait()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def serve(port: int, target: int) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(carry(reader, back), carry(there, writer))

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
