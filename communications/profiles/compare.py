"""What differs between two published contents, answer by answer. Pure: it knows the shape of a content and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from communications.profiles.values import day_in_words, in_words

ADDED, CHANGED, REMOVED, CONFIRMED = "added", "changed", "removed", "confirmed"
WORDS = {ADDED: "Added", CHANGED: "Changed", REMOVED: "Removed", CONFIRMED: "Only confirmed"}
PILLS = {ADDED: "info", CHANGED: "warn", REMOVED: "bad", CONFIRMED: "ok"}


@dataclass(frozen=True)
class Difference:
    """One answer that is not as it was. old and new in words; files as `name, digest` lines where they differ."""

    section: str
    code: str
    question: str
    kind: str
    old: str = ""
    new: str = ""
    old_files: tuple[str, ...] = ()
    new_files: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return WORDS[self.kind]

    @property
    def pill(self) -> str:
        return PILLS[self.kind]


def rows_of(content: dict[str, Any] | None) -> dict[str, tuple[str, dict[str, Any]]]:
    """code -> (title of its section, the answer), in the content's order."""
    sections = content["sections"] if content else []
    return {row["code"]: (section["title"], row) for section in sections for row in section["answers"]}


def files_of(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(f"{file['name']}, {file['sha256'][:12]}" for file in row["evidence"]))


def shown(row: dict[str, Any]) -> str:
    return in_words(row["type"], row["value"], row.get("unit", ""))


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[Difference]:
    """In the order of `after`; what is gone stands last. Without `before` everything is added."""
    old, new = rows_of(before), rows_of(after)
    found = [each for code, (title, row) in new.items() if (each := one(title, code, old.get(code), row))]
    for code, (title, row) in old.items():
        if code not in new:
            found.append(Difference(title, code, row["question"], REMOVED, shown(row), "", files_of(row)))
    return found


def one(title: str, code: str, before: tuple[str, dict[str, Any]] | None, row: dict[str, Any]) -> Difference | None:
    text = row["question"]
    if before is None:
        return Difference(title, code, text, ADDED, "", shown(row), (), files_of(row))
    was = before[1]
    old_files, new_files = files_of(was), files_of(row)
    if was["value"] != row["value"] or old_files != new_files or was["type"] != row["type"]:
        return Difference(title, code, text, CHANGED, shown(was), shown(row), old_files, new_files)
    if (was["as_of"], was["confirmed"]) != (row["as_of"], row["confirmed"]):
        return Difference(title, code, text, CONFIRMED, last_day(was), last_day(row))
    return None


def last_day(row: dict[str, Any]) -> str:
    return day_in_words(max(filter(None, (row["as_of"], row["confirmed"])), default=""))
