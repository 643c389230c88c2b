"""A certificate that ends at a fixed day, an outbox that a test reads, and a demo whose own reminders rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from cmo_portal.records.deadlines import NEVER, DueItem
from cmo_portal.records.trail import write
from communications.notices.sweep import sweep
from tests.days import day_of
from vendors.registry.actions import add_vendor
from vendors.registry.models import Certificate, Site

IN_DAYS = 100  # from today to the day on which the certificate ends


class Refusing(EmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("no mail server")


class Silent(EmailBackend):
    """A mail server that never answers: whether it took the mail, nobody knows."""

    def send_messages(self, messages: Any) -> int:
        raise TimeoutError("no answer")


class Stopped(EmailBackend):
    """The worker's time is over while it sends."""

    def send_messages(self, messages: Any) -> int:
        raise SoftTimeLimitExceeded


class Dying(EmailBackend):
    """Takes the mail, and the process that sent it dies before it can say so."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise SystemExit("killed")


@pytest.fixture
def quiet(db: None) -> None:
    DueItem.objects.update(next_remind_at=NEVER)


@pytest.fixture
def add_certificate(quiet: None, cast: Any) -> Callable[[str], Certificate]:
    """Adds a GMP certificate of a CMO that has not joined: its reminders go to Sam, the only CMO manager."""

    def add(reference: str) -> Certificate:
        vendor = add_vendor(cast.sam.company, by=cast.sam, name=f"Reminded Pharma {reference}")
        site = Site(vendor=vendor, name="Linz")
        write(site, by=cast.sam, action="site.add")
        made = Certificate(
            site=site,
            kind="gmp",
            authority="BASG",
            reference=reference,
            issue_date=date(2026, 1, 5),
            expires_date=day_of(cast.sam, IN_DAYS),
        )
        write(made, by=cast.sam, action="certificate.add")
        assert sweep(timezone.now()).claimed == 0, "the first look plans, and nothing is owed yet"
        return made

    return add


@pytest.fixture
def certificate(add_certificate: Callable[[str], Certificate]) -> Certificate:
    return add_certificate("AT-1")


@pytest.fixture
def days_before(certificate: Certificate) -> Callable[..., datetime]:
    """`days_before(90)`: a moment of the day so many days before the certificate ends; negative is after."""
    end = certificate.expires_date

    def at(days: int, hour: int = 8) -> datetime:
        day = end - timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    return at
