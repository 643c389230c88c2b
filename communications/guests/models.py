"""A link by which somebody without an account answers one thing: whom it went to, until when, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from cmo_portal.accounts.models import one_line
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.records.record import Record, RecordQuerySet
from cmo_portal.records.scope import Scope
from communications.guests.vocabulary import LinkState

WRONG_CODES = 5  # after which the link is locked until its owner renews it


class GuestLinkQuerySet(RecordQuerySet):
    """Links by what they are about and what is left of them."""

    def about(self, record_type: str, number: str) -> Self:
        return self.filter(about_type=record_type, about_number=number)

    def unfinished(self) -> Self:
        """Neither answered nor revoked; one that has ended can be renewed."""
        return self.filter(answered_at__isnull=True, revoked_at__isnull=True)

    def named_like(self, words: str) -> Self:
        rows = self
        for word in words.split():
            rows = rows.filter(
                Q(name__icontains=word)
                | Q(email__icontains=word)
                | Q(number__iexact=word)
                | Q(about_number__iexact=word)
            )
        return rows


class GuestLink(Record):
    """One link: for one person at one address, to answer one record, once.

    about_type, about_number: that record. made_by_name, company_name: who asks, copied because the guest reads no
    person and no company. secret_digest: of the mail's address; the secret itself stands nowhere. code_digest: of the
    one-time code, keyed; code_made_at: when it was drawn; code_wanted_at: asked for and not sent yet. wrong_codes:
    since the last that was right. entry_digest: of the session that is open. receipt: what was filed, with digests.
    """

    number_prefix = "LNK"
    scope = Scope()  # `wall_owner` is the company of whoever asks; nobody else learns whom it asked
    read_permission = Permission.GUEST_VIEW
    trail_omits = ("secret_digest", "code_digest", "entry_digest")

    about_type = models.CharField(max_length=60, editable=False)
    about_number = models.CharField(max_length=24, editable=False)
    email = models.EmailField(max_length=100)
    name = models.CharField(max_length=60)
    made_by_ref = models.CharField(max_length=40, editable=False)
    made_by_name = models.CharField(max_length=120, editable=False)
    company_name = models.CharField(max_length=200, editable=False)
    expires_at = models.DateTimeField(editable=False)
    secret_digest = models.CharField(max_length=64, blank=True, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True, editable=False)
    uses = models.PositiveIntegerField(default=0, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    code_wanted_at = models.DateTimeField(null=True, blank=True, editable=False)
    wrong_codes = models.PositiveSmallIntegerField(default=0, editable=False)
    entry_digest = models.CharField(max_length=64, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    receipt = models.JSONField(default=dict, blank=True, editable=False)
    account_wanted_at = models.DateTimeField(null=True, blank=True, editable=False)
    account_mailed_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by_name = models.CharField(max_length=120, blank=True, editable=False)
    revoke_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects: ClassVar[Any] = GuestLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "link for a guest"
        verbose_name_plural = "links for guests"
        constraints = [
            models.UniqueConstraint(
                fields=["wall_owner", "about_type", "about_number", "email"],
                condition=Q(answered_at__isnull=True, revoked_at__isnull=True),
                name="one_link_an_address",
                violation_error_message="This address has a link to this already: renew it, or revoke it first.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by_name="", revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by_name="") & ~Q(revoke_reason="")),
                name="who_revokes_a_link_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "-created_at", "number"], name="guest_links_of_owner"),
            models.Index(fields=["about_type", "about_number"], name="guest_links_about"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_absolute_url(self) -> str:
        return address_of("communications:guest-detail", self.number)

    def clean(self) -> None:
        self.email = self.email.lower()
        one_line(self, "name")

    @property
    def ref(self) -> str:
        """How the trail and the walls name the guest."""
        return f"guest:{self.number}"

    @property
    def trail_name(self) -> str:
        return f"{self.name} <{self.email}> by link of {self.made_by_name}"[:200]

    @property
    def spoken_name(self) -> str:
        return f"{self.name} (by link)"

    @property
    def readable_until(self) -> datetime | None:
        """Until when the receipt can be read; the visit in which it was answered lasts in any case."""
        if self.answered_at is None:
            return None
        minutes = timedelta(minutes=settings.GUEST_SESSION_MINUTES)
        return self.answered_at + max(timedelta(days=settings.GUEST_READABLE_DAYS), minutes)

    def state(self, now: datetime) -> LinkState:
        if self.revoked_at is not None:
            return LinkState.REVOKED
        if self.answered_at is not None:
            return LinkState.ANSWERED
        if now >= self.expires_at:
            return LinkState.ENDED
        if self.wrong_codes >= WRONG_CODES:
            return LinkState.LOCKED
        if self.delivered_at is None:
            return LinkState.UNSENT
        return LinkState.OPENED if self.uses else LinkState.SENT

    def closed(self, now: datetime) -> str:
        """The sentence for whoever holds the link why it opens nothing now; empty while it does."""
        until, state = self.readable_until, self.state(now)
        if self.wrong_codes >= WRONG_CODES and state == LinkState.ANSWERED:
            state = LinkState.LOCKED  # of an answered one the receipt is all that is left, and it is guessed no longer
        if until is not None and state == LinkState.ANSWERED:
            return "" if now < until else "It was answered, and can no longer be read here."
        return {
            LinkState.REVOKED: "It was withdrawn: nothing is asked of you by it any more.",
            LinkState.ENDED: "Its time is over. Whoever asked you can send you a new one.",
            LinkState.LOCKED: "It is locked after too many wrong codes. Whoever asked you can send you a new one.",
        }.get(state, "")
