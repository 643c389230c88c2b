"""Mails written to keep the reader busy are read in one pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = """
from communications.inbound.letters import without_pgp
from communications.inbound.quotes import answer_of
answer_of("--\\n" * 20_000)
answer_of("On 3 May 2026, Sam wrote:\\n\\n" * 20_000)
without_pgp("-----BEGIN PGP SIGNED MESSAGE-----\\n" + "A: \\n" * 20_000)
"""


def test_lines_without_end_are_read_once() -> None:
    """Before, each of the three took the square of its length or worse: hours. A minute is no measure of speed."""
    subprocess.run([sys.executable, "-c", READ], cwd=ROOT, check=True, timeout=60)


def test_signed_text_loses_its_frame() -> None:
    from communications.inbound.letters import without_pgp

    signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- --x\nyes\n"
    frame = "-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----"
    assert without_pgp(f"Hi\n{signed}{frame}\nBye") == "Hi\n--x\nyes\nBye"
    assert without_pgp(signed) == signed, "half a frame is text"
