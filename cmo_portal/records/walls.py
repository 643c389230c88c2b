"""The second wall: row-level security, append-only triggers and grants, made from each model's Scope line.

The application connects as a role that owns no table and may not bypass policies; migrations connect as the owner.
`after_migrate` makes everything again each time, because SQLite drops a table's triggers when it rebuilds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models.expressions import RawSQL

from cmo_portal.records.actors import GUEST, PARTNER, SPONSOR
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Walled

SETTING = "(select nullif(current_setting('cmo.{}', true), ''))"
KIND, COMPANY, SYSTEM = SETTING.format("kind"), SETTING.format("company") + "::bigint", SETTING.format("system")
NAMED = "(select unnest(string_to_array(current_setting('cmo.{}', true), ',')))"


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, the default connection is the owner's: for migrations and for what a test's clean-up must drop."""
    if settings.DATABASE_OWNER is None:
        yield
        return
    names = ("USER", "PASSWORD")
    application = {name: connection.settings_dict[name] for name in names}
    connection.close()
    connection.settings_dict.update({name: settings.DATABASE_OWNER[name] for name in names})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(application)


def after_migrate(sender: Any, **kwargs: Any) -> None:
    """Runs once a migration, after the last app's tables stand."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.name != last.name:
        return
    install()


def install() -> None:
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.db_table in tables and getattr(model, "append_only", False):
                guard_append_only(cursor, model._meta.db_table)
        if connection.vendor != "postgresql":
            return
        if "records_trailevent" in tables:
            number_transactions(cursor)
        cursor.execute(
            "create or replace function records_keep_walls() returns trigger language plpgsql as "
            "$$ begin raise exception 'a row stays with its company and its CMO'; end $$"
        )
        for model in apps.get_models():
            if model._meta.db_table in tables and issubclass(model, Walled):
                raise_wall(cursor, model)
                keep_walls(cursor, model._meta.db_table)
        grant(cursor)


def guard_append_only(cursor: Any, table: str) -> None:
    sentence = f"{table} is append-only"
    if connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )
        return
    cursor.execute(
        f"create or replace function {table}_refuse() returns trigger language plpgsql as "
        f"$$ begin raise exception '{sentence}'; end $$"
    )
    for name, when in (("row", "update or delete"), ("whole", "truncate")):
        cursor.execute(f"drop trigger if exists {table}_no_{name} on {table}")
        level = "row" if name == "row" else "statement"
        cursor.execute(
            f"create trigger {table}_no_{name} before {when} on {table} for each {level} "
            f"execute function {table}_refuse()"
        )


def drop_append_only(cursor: Any, table: str) -> None:
    """For a test's clean-up only; `install` puts the guards back."""
    if connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    else:
        for name in ("row", "whole"):
            cursor.execute(f"drop trigger if exists {table}_no_{name} on {table}")


def append_only_tables() -> list[str]:
    return [m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)]


def number_transactions(cursor: Any) -> None:
    """Every trail entry carries the number of its transaction, which sealing needs (see sealing.py)."""
    cursor.execute(
        "create or replace function records_number_transaction() returns trigger language plpgsql as "
        "$$ begin new.transaction := pg_current_xact_id()::text::bigint; return new; end $$"
    )
    cursor.execute("drop trigger if exists records_trailevent_number on records_trailevent")
    cursor.execute(
        "create trigger records_trailevent_number before insert on records_trailevent for each row "
        "execute function records_number_transaction()"
    )


def predicate(model: type[Walled], rule: Callable[[str, Any], models.Q], kind: str) -> str:
    """The SQL of a rule of the model's Scope for a company of `kind`, with the company read from the connection."""
    company = RawSQL(COMPANY, [], output_field=models.BigIntegerField())  # noqa: S611 - a constant
    query = model._base_manager.filter(rule(kind, company)).query
    sql, params = query.where.as_sql(query.get_compiler("default"), connection)
    with connection.cursor() as cursor:
        text: bytes | str = cursor.mogrify(sql, params)
    return text.decode() if isinstance(text, bytes) else text


def policy(model: type[Walled], rule: Callable[[str, Any], models.Q]) -> str:
    systems = f"{SYSTEM} is not null" if model.scope.sign_in else f"{SYSTEM} is distinct from 'sign_in'"
    branches = [f"({KIND} = 'system' and {systems})"]
    branches += [f"({KIND} = '{kind}' and ({predicate(model, rule, kind)}))" for kind in (SPONSOR, PARTNER)]
    return " or ".join(branches)


def named_to_guest(model: type[Walled], setting: str) -> str:
    """The branch of a guest, as `Walled.for_guest` says it: rows whose number stands in `cmo.reads` or `cmo.writes`."""
    if not model.guest_column:
        return ""
    named = f"{model.guest_column} in {NAMED.format(setting)}" + (" and wall_shared" if model.guest_shared else "")
    return f" or ({KIND} = '{GUEST}' and {named})"


def raise_wall(cursor: Any, model: type[Walled]) -> None:
    """Reading and writing have policies of their own: what one may read one may not therefore rewrite. A guest may
    lock what they read, which PostgreSQL asks of the rows to be updated, and leave only what they write behind."""
    table, scope = model._meta.db_table, model.scope
    cursor.execute(f"alter table {table} enable row level security")
    for name in ("wall_read", "wall_insert", "wall_update"):
        cursor.execute(f"drop policy if exists {name} on {table}")
    read, write = policy(model, scope.readable), policy(model, scope.writable)
    reads, writes = named_to_guest(model, model.guest_reads), named_to_guest(model, "writes")
    cursor.execute(f"create policy wall_read on {table} for select using ({read}{reads})")
    cursor.execute(f"create policy wall_insert on {table} for insert with check ({write}{writes})")
    cursor.execute(
        f"create policy wall_update on {table} for update using ({write}{reads}) with check ({write}{writes})"
    )


def keep_walls(cursor: Any, table: str) -> None:
    """A row never changes its company or its CMO: only an empty wall may be filled, when a CMO joins."""
    cursor.execute(f"drop trigger if exists {table}_keep_walls on {table}")
    cursor.execute(
        f"create trigger {table}_keep_walls before update on {table} for each row when "
        "(old.wall_owner is not null and new.wall_owner is distinct from old.wall_owner or "
        "old.wall_partner is not null and new.wall_partner is distinct from old.wall_partner) "
        "execute function records_keep_walls()"
    )


def grant(cursor: Any) -> None:
    """The application's role may read and write rows, delete no record and never touch what is append-only."""
    role = settings.DATABASE_ROLE
    cursor.execute("select current_user, exists(select from pg_roles where rolname = %s)", [role])
    owner, exists = cursor.fetchone()
    if owner == role or not exists:
        return  # one role for both: the wall then stands in the querysets alone, and roles.py refuses it
    name = connection.ops.quote_name(role)
    cursor.execute(f"grant usage on schema public to {name}")
    cursor.execute(f"grant select, insert, update, delete on all tables in schema public to {name}")
    cursor.execute(f"grant usage, select on all sequences in schema public to {name}")
    for model in apps.get_models():
        table = model._meta.db_table
        if getattr(model, "append_only", False):
            cursor.execute(f"revoke update, delete on {table} from {name}")
        elif issubclass(model, Record):
            cursor.execute(f"revoke delete on {table} from {name}")
