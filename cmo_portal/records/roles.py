"""Refuses one PostgreSQL role for both the application and the owner of the tables.

Row-level security does not bind the owner of a table, nor who inherits the owner's rights: with one role for both, the
second wall and the guard of the trail are gone, and nothing would say so. PostgreSQL manual, 5.9 Row Security Policies.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connection

HINT = "Give DATABASE_URL a role of its own that owns no table; see docs/how-to/operate.md."
OWNED = """
select r.rolsuper or r.rolbypassrls, exists(
    select from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
    and pg_has_role(current_user, c.relowner, 'USAGE'))
from pg_roles r where r.rolname = current_user
"""


def is_excused() -> bool:
    """SQLite has no roles, and whoever develops may work with one."""
    return bool(settings.EMBEDDED or settings.DEBUG)


def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The two addresses name two roles. Runs with every command that checks the system."""
    owner = settings.DATABASE_OWNER
    if is_excused() or owner is None or owner["USER"] != settings.DATABASE_ROLE:
        return []
    return [Error("DATABASE_URL and DATABASE_OWNER_URL name the same role.", hint=HINT, id="cmo.E001")]


def check_database(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What the database itself says; with `check --database default`."""
    # `migrate` checks while it works as the owner, who may own.
    working = connection.settings_dict["USER"] == settings.DATABASE_ROLE
    sentence = fault() if databases and working else None
    return [Error(sentence, hint=HINT, id="cmo.E002")] if sentence else []


def fault() -> str | None:
    """Why the connected role must not serve the portal, or None."""
    if is_excused():
        return None
    with connection.cursor() as cursor:
        cursor.execute(OWNED)
        passes, owns = cursor.fetchone()
    if passes:
        return "The application's database role passes by row-level security: it is a superuser or has BYPASSRLS."
    return "The application's database role owns tables, so row-level security does not bind it." if owns else None
