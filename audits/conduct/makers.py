"""How the visit hands on what it found, without knowing who takes it: findings stand above, and register themselves.

A maker is called as `make(audit, by=..., item=..., client_key=..., title=..., statement=..., evidence=..., system=...,
refs=[...])`; it is idempotent by `client_key` and returns the record it made. Finding registers in its `hooks.py`:
`finding_makers.append(raise_finding)`.
"""

from __future__ import annotations

from collections.abc import Callable

from cmo_portal.records.record import Record

FindingMaker = Callable[..., Record]
finding_makers: list[FindingMaker] = []
