"""What the sums of trends need of SQL, the same on both engines: days between dates, quarters, clauses one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, Func, IntegerField, QuerySet, Value, When

from audits.trends.figures import Quarter


class Days(Func):
    """`Days("later", "earlier")`: calendar days between two columns of dates, as a whole number."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **context)


def place_of(field: str, quarters: Sequence[Quarter]) -> Case:
    """The place in `quarters` of the date in `field`, which lies in one of them."""
    whens = [When(**{f"{field}__lte": quarter.last}, then=Value(place)) for place, quarter in enumerate(quarters[:-1])]
    return Case(*whens, default=Value(len(quarters) - 1), output_field=IntegerField())


# A clause without what lies under it: `211.22` of 211.22(d), `5` of 5.29, `Annex 1` of Annex 1, 9.3. {0} is the
# clause, {1} the source. Of 21 CFR the whole section counts, of the others the chapter.
SECTION = {
    "sqlite": """case when {1} like '21 CFR%%' then substr({0}, 1, instr({0} || '(', '(') - 1)
        else substr({0}, 1, instr(replace(replace({0}, '.', '('), ',', '(') || '(', '(') - 1) end""",
    "postgresql": """case when {1} like '21 CFR%%' then split_part({0}, '(', 1)
        else split_part(replace(replace({0}, '.', '('), ',', '('), '(', 1) end""",
}
UNPACKED = {
    "sqlite": (
        "json_each(found.refs) as ref", "json_extract(ref.value, '$.clause')", "json_extract(ref.value, '$.source')"
    ),
    "postgresql": ("jsonb_array_elements(found.refs) as ref", "(ref.value->>'clause')", "(ref.value->>'source')"),
}  # fmt: skip


def clause_counts(rows: QuerySet[Any], most: int) -> list[tuple[str, str, int]]:
    """(source, section, number of findings) of the `most` frequent sections; a finding counts once in each section."""
    inner, values = rows.order_by().values("id", "refs").query.sql_with_params()
    table, clause, source = UNPACKED[connection.vendor]
    section = SECTION[connection.vendor].format("clause", "source")
    statement = (
        f"with named as materialized (select found.id, {source} as source, {clause} as clause "  # noqa: S608 - ours
        f"from ({inner}) as found, {table}) "
        f"select source, {section}, count(distinct id) from named group by 1, 2 order by 3 desc, 1, 2 limit %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, most])
        return [(source, section, number) for source, section, number in cursor.fetchall()]
