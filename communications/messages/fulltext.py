"""Words found in what was said, on either engine, at a cost that a common and an absent word share.

PostgreSQL keeps a stored tsvector with a GIN index, SQLite an FTS5 table beside the table. Neither engine alone knows
which way is short: an index of words is slow for a word that stands everywhere, and a walk by time for one that stands
nowhere. So at most `MOST` hits are asked for first; where there are no more, they are all, and else the hits are so
many that a walk by time meets the next ones soon.

`@@` is not leakproof: under row-level security PostgreSQL reads every row before it asks for the word, and never the
index. The questions are therefore functions of the tables' owner, which apply the walls themselves from the actor that
the session carries. They give away keys only; the rows are read through the ordinary walls again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from cmo_portal.lib.keyset import BadCursor, Page, decode, encode
from cmo_portal.lib.texts import search_words
from cmo_portal.records.actors import PARTNER, SPONSOR, Actor

MOST = 2000
STEPS = (30, 200, *(2000,) * 10)  # how many hits each further step of a walk looks at; then it ends
LONG = 3  # letters from which a word also finds the longer ones that begin with it
RUN = re.compile(r"[^\W_]+")
EMPHASIS = re.compile(r"\*\*|__|`+")  # a passage shows words, not how they were set


@dataclass(frozen=True)
class Words:
    """What of a table is searched: the column, the time that its hits are ordered by, and whether a CMO shares it."""

    table: str
    column: str
    moment: str
    is_shared: bool

    def wall(self, kind: str, company: str) -> str:
        """Who reads the row, as one condition for each kind of company, so that an index by time can serve it."""
        if kind == PARTNER and self.is_shared:
            return f"wall_partner = {company} and wall_shared"
        return f"wall_owner = {company}"


WORDS = {
    "communications_thread": Words("communications_thread", "subject", "last_at", True),
    "communications_message": Words("communications_message", "body", "created_at", True),
    "communications_internalnote": Words("communications_internalnote", "body", "created_at", False),
}


@dataclass(frozen=True)
class Hits(Page):
    """A page of hits, the newest first. is_cut: the walk ended before the page was full or the hits were."""

    is_cut: bool = False


@dataclass(frozen=True)
class Step:
    """One hit of a walk, known by what the walk goes on from."""

    pk: int
    moment: datetime | None
    number: str


def words_of(text: str) -> list[str]:
    """The words of a search that hold a letter or a digit at all."""
    return [word[:100] for word in search_words(text) if RUN.search(word)]


def is_long(word: str) -> bool:
    return len(RUN.findall(word)[-1]) >= LONG


# --- asking --------------------------------------------------------------------------------------------------
def probe(model: type[models.Model], words: list[str], reader: Actor, most: int = MOST) -> list[int]:
    """The keys of at most `most` rows in which all the words stand, behind the wall of `reader`'s company."""
    if not words or reader.company_kind not in (SPONSOR, PARTNER):
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f"select {table}_probe(%s, %s, %s, %s, %s)"
            cursor.execute(sql, [*asked(words), reader.company_kind, reader.company_id, most])
        else:
            sql = f"select said.id {embedded(table, reader)} order by said.id desc limit %s"
            cursor.execute(sql, [matched(words), reader.company_id, most])
        return [row[0] for row in cursor.fetchall()]


def walk(model: Any, words: list[str], reader: Actor, start: Step | None, most: int, *, back: bool) -> list[Step]:
    """The next `most` hits after `start`, by time; `back` towards the newest."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = f"select * from {table}_walk(%s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - a name of WORDS
            at = (start.moment, start.number) if start else (None, None)
            cursor.execute(sql, [*asked(words), reader.company_kind, reader.company_id, most, *at, back])
        else:
            order, beyond = ("asc", ">") if back else ("desc", "<")
            where = f"and said.id {beyond} %s" if start else ""
            sql = (
                f"select said.id, null, said.number {embedded(table, reader)} {where} order by said.id {order} limit %s"
            )
            from_key = [start.pk] if start else []
            cursor.execute(sql, [matched(words), reader.company_id, *from_key, most])
        return [Step(*row) for row in cursor.fetchall()]


def asked(words: list[str]) -> tuple[list[str], list[bool]]:
    return words, [is_long(word) for word in words]


def matched(words: list[str]) -> str:
    """The question in the language of FTS5, each word quoted, so that none of its letters is an operator."""
    quoted = ('"' + word.replace('"', " ") + '"' + ("*" if is_long(word) else "") for word in words)
    return " AND ".join(quoted)


def embedded(table: str, reader: Actor) -> str:
    wall = WORDS[table].wall(reader.company_kind, "%s")
    return (
        f"from {table}_words as words join {table} as said on said.id = words.rowid "
        f"where words.{table}_words match %s and {wall}"
    )


def order() -> tuple[str, ...]:
    """Newest first. SQLite writes one row after the other, so there a key tells the order without an index more."""
    return ("-created_at", "number") if connection.vendor == "postgresql" else ("-pk",)


def found(
    rows: models.QuerySet[Any], text: str, reader: Actor, *, after: str = "", before: str = "", size: int = 25
) -> Hits:
    """A page of `rows`, already cut down to what `reader` may see, in which all words of `text` stand.

    after, before: a cursor of a page already shown. Raises BadCursor.
    """
    words, back = words_of(text), bool(before)
    start = started(rows.model, before or after, reader)
    keys = probe(rows.model, words, reader, MOST + 1)
    if not keys:
        return Hits(rows=[], next=None, previous=None)
    if len(keys) <= MOST:
        near = rows.filter(pk__in=keys).filter(beyond(start, back=back)).order_by(*order())
        shown, is_cut = list((near.reverse() if back else near)[: size + 1]), False
    else:
        shown, is_cut = walked(rows, words, reader, start, size, back=back)
    more, shown = len(shown) > size, shown[:size]
    if back:
        shown.reverse()
    ends = [encode([shown[0].number]), encode([shown[-1].number])] if shown else ["", ""]
    return Hits(
        rows=shown,
        next=ends[1] if shown and (more or back) else None,
        previous=ends[0] if shown and ((more and back) or after) else None,
        is_cut=is_cut,
    )


def started(model: Any, cursor: str, reader: Actor) -> Step | None:
    if not cursor:
        return None
    row = model.objects.visible_to(reader).filter(number=str(decode(cursor, 1)[0])).first()
    if row is None:
        raise BadCursor("The address of this page is not one this list made: open the list again.")
    return Step(row.pk, row.created_at, row.number)


def beyond(start: Step | None, *, back: bool) -> Q:
    if start is None:
        return Q()
    if connection.vendor != "postgresql":
        return Q(pk__gt=start.pk) if back else Q(pk__lt=start.pk)
    if back:
        return Q(created_at__gt=start.moment) | Q(created_at=start.moment, number__lt=start.number)
    return Q(created_at__lt=start.moment) | Q(created_at=start.moment, number__gt=start.number)


def walked(
    rows: models.QuerySet[Any], words: list[str], reader: Actor, start: Step | None, size: int, *, back: bool
) -> tuple[list[Any], bool]:
    """One row more than a page of hits, and whether the walk ended before it had them."""
    shown: list[Any] = []
    for most in STEPS:
        steps = walk(rows.model, words, reader, start, most, back=back)
        by_key = rows.in_bulk([step.pk for step in steps])
        shown += [by_key[step.pk] for step in steps if step.pk in by_key]
        if len(shown) > size or len(steps) < most:
            return shown, False
        start = steps[-1]
    return shown, True


# --- showing -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Piece:
    text: str
    is_hit: bool


def passage(body: str, text: str, length: int = 240) -> list[Piece]:
    """The part of `body` around the first hit, in pieces, so that a template can mark the hits and escape them all."""
    body = " ".join(EMPHASIS.sub("", body).split())
    marks = list(marked(body, words_of(text)))
    first = max(marks[0][0] - length // 3, 0) if marks else 0
    if first:
        first = body.find(" ", first, marks[0][0]) + 1 or first
    last = min(first + length, len(body))
    pieces, at = [Piece("… ", False)] if first else [], first
    for start, end in marks:
        if end > last:
            break
        pieces += [Piece(body[at:start], False), Piece(body[start:end], True)]
        at = end
    return [
        piece for piece in [*pieces, Piece(body[at:last] + (" …" if last < len(body) else ""), False)] if piece.text
    ]


def marked(body: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """Where words of `body` are hits of one of `words`."""
    wanted = [
        (bare(run), is_long(word) and run == runs[-1]) for word in words for runs in [RUN.findall(word)] for run in runs
    ]
    for match in RUN.finditer(body):
        mine = bare(match.group())
        if any(mine.startswith(run) if begins else mine == run for run, begins in wanted):
            yield match.span()


def bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


# --- keeping: made again after every migration, as the walls are -------------------------------------------------
def after_migrate(sender: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        for words in WORDS.values():
            if connection.vendor == "postgresql":
                make_questions(cursor, words)
            else:
                keep_words(cursor, words)


def keep_words(cursor: Any, words: Words) -> None:
    """SQLite drops a table's triggers when a migration rebuilds it."""
    table, column = words.table, words.column
    index = f"{table}_words"
    if index not in connection.introspection.table_names(cursor):
        return
    gone = f"insert into {index}({index}, rowid, {column}) values ('delete', old.id, old.{column});"  # noqa: S608 - names of WORDS
    came = f"insert into {index}(rowid, {column}) values (new.id, new.{column});"  # noqa: S608
    for verb, acts in (("insert", came), ("update", gone + came), ("delete", gone)):
        cursor.execute(f"drop trigger if exists {index}_{verb}")
        of = f"update of {column}" if verb == "update" else verb
        cursor.execute(f"create trigger {index}_{verb} after {of} on {table} begin {acts} end")


def make_questions(cursor: Any, words: Words) -> None:
    cursor.execute(
        "select 1 from information_schema.columns where table_schema = current_schema() and table_name = %s and "
        "column_name = 'words'",
        [words.table],
    )
    if cursor.fetchone() is None:
        return
    for name, arguments, body in (probe_function(words), walk_function(words)):
        cursor.execute(f"drop function if exists {name}({types(arguments)})")
        cursor.execute(f"create function {name}({arguments}) {body}")
        cursor.execute(f"revoke execute on function {name}({types(arguments)}) from public")
        give(cursor, f"{name}({types(arguments)})")


def types(arguments: str) -> str:
    return ", ".join(argument.split(" ", 1)[1] for argument in arguments.split(", "))


def give(cursor: Any, function: str) -> None:
    role = settings.DATABASE_ROLE
    cursor.execute("select exists(select from pg_roles where rolname = %s)", [role])
    if cursor.fetchone()[0]:
        cursor.execute(f"grant execute on function {function} to {connection.ops.quote_name(role)}")


# A system actor searches for the company it names; everybody else only for the one that the session carries.
WHO = """
declare
  mine text := nullif(current_setting('cmo.kind', true), '');
  wall text;
  asked text := communications_asked(words, is_long);
begin
  if mine is null or asked is null or current_setting('cmo.system', true) = 'sign_in' then return; end if;
  if mine <> 'system' then
    kind := mine;
    company := nullif(current_setting('cmo.company', true), '')::bigint;
  end if;
  wall := case kind when 'sponsor' then '{sponsor}' when 'partner' then '{partner}' end;
  if company is null or wall is null then return; end if;
"""


def definer(words: Words, returns: str, plans: str, rest: str) -> str:
    who = WHO.format(sponsor=words.wall(SPONSOR, "$2"), partner=words.wall(PARTNER, "$2"))
    path = "set search_path = public, pg_temp"
    return f"returns {returns} language plpgsql stable security definer {path} {plans} as $$ {who} {rest} end $$"


def probe_function(words: Words) -> tuple[str, str, str]:
    rest = (
        f"return query execute 'select id from {words.table} where words @@ $1::tsquery and ' || wall || "  # noqa: S608
        "' limit $3' using asked, company, most;"
    )
    arguments = "words text[], is_long boolean[], kind text, company bigint, most integer"
    plans = "set enable_seqscan = off set enable_indexscan = off"
    return f"{words.table}_probe", arguments, definer(words, "setof bigint", plans, rest)


def walk_function(words: Words) -> tuple[str, str, str]:
    at = words.moment
    forth = f"and {at} <= $4 and ({at} < $4 or number > $5)"
    back = f"and {at} >= $4 and ({at} > $4 or number < $5)"
    rest = f"""
      return query execute 'select id, {at}, number::text from {words.table} where words @@ $1::tsquery and ' || wall
        || case when since is null then '' when back then ' {back}' else ' {forth}' end || ' order by {at} '
        || case when back then 'asc, number desc' else 'desc, number asc' end || ' limit $3'
        using asked, company, most, since, past;
    """  # noqa: S608 - names of WORDS
    arguments = (
        "words text[], is_long boolean[], kind text, company bigint, most integer, since timestamptz, past text, "
        "back boolean"
    )
    returns = "table (id bigint, moment timestamptz, number text)"
    plans = "set enable_seqscan = off set enable_bitmapscan = off"
    return f"{words.table}_walk", arguments, definer(words, returns, plans, rest)
