"""Numbers that people read and addresses carry: random, never counted, so that no gap tells volume."""

from __future__ import annotations

import secrets
from datetime import date

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O, U


def random_text(length: int) -> str:
    # 32 letters divide a byte's 256 values evenly, so each is as likely as any other.
    return "".join([CROCKFORD[byte & 31] for byte in secrets.token_bytes(length)])


def new_number(prefix: str, today: date) -> str:
    """`CAPA-2026-7K3QD` for a prefix, sixteen random characters without one."""
    return f"{prefix}-{today.year}-{random_text(5)}" if prefix else random_text(16)
