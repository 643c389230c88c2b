"""Verbs of a CMO's own answers: written, said to be still right, and how a section is treated.

Every one of them holds the profile's row first, so that answers, sections and a publication see each other whole.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.trail import lock, write
from cmo_portal.records.workflow import WrongState
from communications.profiles import freshness
from communications.profiles.models import Answer, Profile, ProfileSection
from communications.profiles.questionnaire import HOME_OF, QUESTIONS, SECTION_OF
from communications.profiles.values import tidy


def must_write(by: Actor) -> None:
    if by.company_kind != PARTNER or not by.may(P.PROFILE_WRITE):
        raise PermissionDenied


def profile_of(by: Actor) -> Profile | None:
    """The profile of the person's company, where it has begun one."""
    found: Profile | None = Profile.objects.visible_to(by).filter(company=by.company_id).first()
    return found


def begin(*, by: Actor) -> Profile:
    """The profile of the person's company, made with its first answer."""
    must_write(by)
    found = profile_of(by)
    if found is not None:
        return found
    company: Any = by.company_id
    made = Profile(company_id=company)
    try:
        with transaction.atomic():
            write(made, by=by, action="profile.begin")
    except ValidationError:
        found = profile_of(by)  # a colleague began it a moment ago
        if found is None:
            raise
        return found
    return made


def answers_of(profile: Profile | None, by: Actor) -> dict[str, Answer]:
    """question -> answer, of the questions that this edition asks."""
    if profile is None:
        return {}
    rows = Answer.objects.visible_to(by).filter(profile=profile, question__in=QUESTIONS)
    return {row.question: row for row in rows}


def sections_of(profile: Profile | None, by: Actor) -> dict[str, ProfileSection]:
    if profile is None:
        return {}
    return {row.section: row for row in ProfileSection.objects.visible_to(by).filter(profile=profile)}


def save_answer(
    question: str, *, by: Actor, value: Any, as_of_date: date | None = None, version: int | None = None
) -> Answer:
    """Keeps one answer; an empty value takes it back. version: of the answer that was read, 0 where there was none.

    Raises ValidationError for what cannot be right, StaleRecord where a colleague was faster.
    """
    if question not in QUESTIONS:
        raise ValidationError("There is no such question in this questionnaire.")
    today = timezone.localdate()
    if as_of_date is not None and as_of_date > today:
        raise ValidationError({"as_of_date": "This lies ahead: an answer is right as of today or a day before."})
    profile = begin(by=by)
    with transaction.atomic():
        lock(profile)
        answer = Answer.objects.visible_to(by).filter(profile=profile, question=question).first()
        answer = answer or Answer(profile=profile, question=question, as_of_date=as_of_date or today)
        fill(answer, tidy(QUESTIONS[question].kind, value), as_of_date, by=by, today=today)
        write(answer, by=by, action="answer.save", version=version if answer.pk else None)
        keep_clock(profile, HOME_OF[question].code, by=by)
    return answer


def fill(answer: Answer, value: Any, as_of: date | None, *, by: Actor, today: date) -> None:
    """A new value is right as of today where nobody says otherwise, and nobody has confirmed it yet."""
    if answer.pk is None or value != answer.value:
        answer.value, answer.author_ref, answer.author_name = value, by.ref, by.name
        answer.as_of_date = as_of or today
        answer.confirmed_date, answer.confirmed_by_name = None, ""
    elif as_of is not None:
        answer.as_of_date = as_of


def confirm(answer: Answer, *, by: Actor, version: int | None = None) -> None:
    """Says that an answer is still right today."""
    must_write(by)
    if not answer.is_given:
        raise WrongState("There is no answer to confirm: give one.")
    with transaction.atomic():
        lock(answer.profile)
        confirm_one(answer, by=by, version=version)
        keep_clock(answer.profile, answer.home.code, by=by)


def confirm_one(answer: Answer, *, by: Actor, version: int | None = None) -> None:
    answer.confirmed_date, answer.confirmed_by_name = timezone.localdate(), by.name
    write(answer, by=by, action="answer.confirm", version=version)


def confirm_section(section: str, *, by: Actor) -> int:
    """Says it of every answer of a section that is not fresh. Returns how many there were."""
    must_write(by)
    profile, today = begin(by=by), timezone.localdate()
    with transaction.atomic():
        lock(profile)
        codes = [question.code for question in SECTION_OF[section].questions]
        rows = Answer.objects.visible_to(by).given().filter(profile=profile, question__in=codes)
        old = [row for row in rows if freshness.state(row.as_of_date, row.confirmed_date, today) != freshness.FRESH]
        for row in old:
            confirm_one(row, by=by)
        keep_clock(profile, section, by=by)
    return len(old)


def section_row(profile: Profile, section: str, by: Actor) -> ProfileSection:
    found = ProfileSection.objects.visible_to(by).filter(profile=profile, section=section).first()
    return found or ProfileSection(profile=profile, section=section)


def mark_confidential(section: str, *, by: Actor, confidential: bool) -> ProfileSection:
    """A confidential section goes only to a sponsor with whom a CDA is in force. What was published stays published."""
    must_write(by)
    profile = begin(by=by)
    with transaction.atomic():
        lock(profile)
        row = section_row(profile, section, by)
        row.is_confidential = confidential
        write(row, by=by, action="profile_section.mark")
    return row


def keep_clock(profile: Profile, section: str, *, by: Actor) -> None:
    """The section's date follows its oldest answer. Whoever calls holds the profile."""
    codes = [question.code for question in SECTION_OF[section].questions]
    rows = Answer.objects.visible_to(by).given().filter(profile=profile, question__in=codes)
    row = section_row(profile, section, by)
    row.look_date = freshness.look_by(rows.values_list("as_of_date", "confirmed_date"))
    write(row, by=by, action="profile_section.follow")
