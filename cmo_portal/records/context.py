"""Says on whose behalf this request, call or task runs, to Python and to the database, and always takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection

from cmo_portal.records.actors import Actor, Guest


@dataclass(frozen=True)
class Acting:
    """The actor with the request that carries the act."""

    actor: Actor
    request_id: str = ""
    address: str = ""


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def current() -> Acting | None:
    return _acting.get()


@contextmanager
def acting_as(actor: Actor, *, request_id: str = "", address: str = "") -> Iterator[Actor]:
    """Everything inside runs for `actor`; row-level security reads it from the connection's settings.

    Unset means no row. The previous actor comes back at the end, exceptions included.
    """
    before = current()
    token = _acting.set(Acting(actor, request_id or (before.request_id if before else ""), address))
    try:
        tell_database(actor)
        yield actor
    finally:
        _acting.reset(token)
        restore(before.actor if before else None)


def settings_for(actor: Actor | None) -> list[str]:
    """Kind, company, part of the system, and of a guest the numbers of what they read and write."""
    if actor is None:
        return ["", "", "", "", ""]
    system = actor.ref.removeprefix("system:") if actor.company_kind == "system" else ""
    named = [actor.reads, actor.writes] if isinstance(actor, Guest) else [(), ()]
    return [actor.company_kind, str(actor.company_id or ""), system, *(",".join(sorted(each)) for each in named)]


def tell_database(actor: Actor | None) -> None:
    """Hands the actor to PostgreSQL through the driver, so that it is no query of the page."""
    connection.close_if_health_check_failed()  # a dead connection is opened anew instead of failing the request
    raw: Any = connection.connection
    if connection.vendor != "postgresql" or raw is None:
        return  # a connection that opens later is told by `on_connection_created`
    with raw.cursor() as cursor:
        cursor.execute(
            "select set_config('cmo.kind', %s, false), set_config('cmo.company', %s, false),"
            " set_config('cmo.system', %s, false),"
            " set_config('cmo.reads', %s, false), set_config('cmo.writes', %s, false)",
            settings_for(actor),
        )


def restore(actor: Actor | None) -> None:
    try:
        tell_database(actor)
    except DatabaseError:
        pass
    except Exception:
        # A failed transaction takes no statement; its rollback brings the settings back. Outside one, the
        # connection's state is unknown, and no connection is better than one that still carries a name.
        if not connection.in_atomic_block:
            connection.close()


def on_connection_created(sender: Any, connection: Any, **kwargs: Any) -> None:
    acting = current()
    if acting is not None and connection.alias == "default":
        tell_database(acting.actor)
