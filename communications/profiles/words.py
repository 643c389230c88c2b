"""The profile as its pages show it: each section with its answers, how complete and how fresh it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.actors import Actor
from cmo_portal.records.attachments import Attachment
from communications.profiles import freshness
from communications.profiles.actions import answers_of, sections_of
from communications.profiles.compare import shown
from communications.profiles.models import Answer, Profile, PublishedContent, state_of
from communications.profiles.questionnaire import SECTIONS, Question, Section
from communications.profiles.questionnaire.asking import FILE
from vendors.registry.models import Certificate

EXPIRES_WITHIN, MOST = 90, 8


@dataclass
class AskedAnswer:
    """A question with its answer as a page shows it."""

    asked: Question
    answer: Answer | None
    files: list[Attachment]
    today: date
    form: Any = None

    @property
    def is_given(self) -> bool:
        return self.answer is not None and self.answer.is_given

    @property
    def state(self) -> str:
        return state_of(self.answer, self.today) if self.answer is not None and self.is_given else ""

    @property
    def words(self) -> str:
        return freshness.WORDS.get(self.state, "Not answered")

    @property
    def pill(self) -> str:
        return freshness.PILLS.get(self.state, "")

    @property
    def lacks_file(self) -> bool:
        return self.asked.kind == FILE and self.is_given and not self.files

    @property
    def url(self) -> str:
        return reverse("communications:profile-question", args=[self.asked.code])


@dataclass
class SectionState:
    """A section as the overview shows it."""

    section: Section
    rows: list[AskedAnswer] = field(default_factory=list)
    is_confidential: bool = False
    look_date: date | None = None

    @property
    def given(self) -> int:
        return sum(1 for row in self.rows if row.is_given)

    @property
    def to_look_at(self) -> int:
        return sum(1 for row in self.rows if row.state not in ("", freshness.FRESH))

    @property
    def state(self) -> str:
        return freshness.worst(row.state for row in self.rows if row.state)

    @property
    def words(self) -> str:
        return freshness.WORDS.get(self.state, "Not begun")

    @property
    def pill(self) -> str:
        return freshness.PILLS.get(self.state, "")

    @property
    def url(self) -> str:
        return reverse("communications:profile-section", args=[self.section.code])


def overview(
    profile: Profile | None, by: Actor, *, sections: Sequence[Section] = SECTIONS,
    files: dict[str, list[Attachment]] | None = None,
) -> list[SectionState]:  # fmt: skip
    """Every section with its answers; two queries. files: of answers by number, where the page shows them."""
    answers, kept, today = answers_of(profile, by), sections_of(profile, by), timezone.localdate()
    found = []
    for section in sections:
        row, state = kept.get(section.code), SectionState(section)
        for asked in section.questions:
            answer = answers.get(asked.code)
            held = (files or {}).get(answer.number, []) if answer is not None else []
            state.rows.append(AskedAnswer(asked, answer, held, today))
        if row is not None:
            state.is_confidential, state.look_date = row.is_confidential, row.look_date
        found.append(state)
    return found


def meter(states: Sequence[SectionState]) -> dict[str, int]:
    """How complete the profile is, in questions and per cent."""
    given, asked = sum(state.given for state in states), sum(len(state.rows) for state in states)
    return {"given": given, "asked": asked, "share": round(100 * given / asked) if asked else 0}


def ending_certificates(by: Actor, today: date) -> list[Certificate]:
    """Certificates of the CMO's sites that end within 90 days or have ended; one that several sponsors keep comes
    once."""
    rows = Certificate.objects.visible_to(by).filter(
        is_retired=False, site__is_retired=False, expires_date__lte=today + timedelta(days=EXPIRES_WITHIN),
        expires_date__gte=today - timedelta(days=EXPIRES_WITHIN),
    )  # fmt: skip
    found: dict[tuple[str, str, str], Certificate] = {}
    for row in rows.select_related("site").order_by("expires_date", "number")[:50]:
        found.setdefault((row.kind, row.authority, row.reference), row)
    return list(found.values())[:MOST]


def published_sections(said: PublishedContent, files: Sequence[Attachment]) -> list[dict[str, Any]]:
    """A content as a page shows it: each answer in words, its evidence with the file to open where it is here."""
    by_digest = {file.sha256: file for file in files}
    today, found = timezone.localdate(), []
    for section in said.sections:
        rows = []
        for row in section["answers"]:
            as_of = date.fromisoformat(row["as_of"])
            confirmed = date.fromisoformat(row["confirmed"]) if row["confirmed"] else None
            state = freshness.state(as_of, confirmed, today)
            evidence = [{**each, "file": by_digest.get(each["sha256"])} for each in row["evidence"]]
            rows.append(
                {"code": row["code"], "question": row["question"], "words": shown(row), "as_of": as_of,
                 "confirmed": confirmed, "state": freshness.WORDS[state], "pill": freshness.PILLS[state],
                 "evidence": evidence}
            )  # fmt: skip
        found.append({"code": section["code"], "title": section["title"], "rows": rows})
    return found
