from typing import Any

from django.db import migrations, models

SEARCHED = (
    ("communications_thread", "subject"),
    ("communications_message", "body"),
    ("communications_internalnote", "body"),
)
# Accents and signs go, so that `LY-3` is two words here and in the question; what is left of it the parser reads.
PLAIN = r"""
create function communications_plain(said text) returns text language sql immutable parallel safe as $$
  select regexp_replace(
    regexp_replace(normalize(said, NFKD), '[\u0300-\u036f]+', '', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g')
$$
"""
ASKED = """
create function communications_asked(words text[], is_long boolean[]) returns text language sql immutable as $$
  select string_agg('(' || word.asked::text || case when word.begins then ':*' else '' end || ')', ' & ')
  from (select phraseto_tsquery('simple'::regconfig, communications_plain(one.word)) as asked, one.begins
        from unnest(words, is_long) as one(word, begins)) as word
  where numnode(word.asked) > 0
$$
"""


def make_index(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(PLAIN, params=None)
        editor.execute(ASKED, params=None)
    for table, column in SEARCHED:
        if editor.connection.vendor == "postgresql":
            plain = f"to_tsvector('simple'::regconfig, communications_plain({column}))"
            editor.execute(f"alter table {table} add column words tsvector generated always as ({plain}) stored")
            editor.execute(f"create index {table}_words on {table} using gin (words)")
        else:
            editor.execute(
                f"create virtual table {table}_words using fts5("
                f"{column}, content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
            )
            editor.execute(f"insert into {table}_words({table}_words) values ('rebuild')")  # noqa: S608 - names of SEARCHED


def drop_index(apps: Any, editor: Any) -> None:
    for table, _ in SEARCHED:
        if editor.connection.vendor == "postgresql":
            for name in ("probe", "walk"):
                editor.execute(f"drop routine if exists {table}_{name}")
            editor.execute(f"alter table {table} drop column words")
        else:
            for verb in ("insert", "update", "delete"):
                editor.execute(f"drop trigger if exists {table}_words_{verb}")
            editor.execute(f"drop table {table}_words")
    if editor.connection.vendor == "postgresql":
        editor.execute("drop function communications_asked(text[], boolean[])")
        editor.execute("drop function communications_plain(text)")


class Migration(migrations.Migration):
    dependencies = [
        ("communications", "0004_messages"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="internalnote",
            index=models.Index(fields=["wall_owner", "-created_at", "number"], name="notes_of_company"),
        ),
        migrations.RunPython(make_index, drop_index),
    ]
