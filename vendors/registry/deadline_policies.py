"""When people are reminded and who hears of what is late, as each sponsor wants it: for a kind, a class, an agreement.

The policy that names most holds: one of an agreement before one of a class of finding, that before one of a kind, and
that before the sponsor's own for everything. Where none does, the kind's own offsets hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Q, When
from django.urls import reverse

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.deadlines import DueItem, kinds, words_of
from cmo_portal.records.offsets import Offset, offsets_of
from cmo_portal.records.record import Record, RecordQuerySet
from cmo_portal.records.scope import Scope
from vendors.registry.supply import Agreement


class Rung(models.TextChoices):
    """Who else hears of what is late."""

    OWNER = "owner", "Who answers for the matter"
    MANAGER = "manager", "The CMO's manager"
    FACILITATORS = "facilitators", "The facilitators of both sides"


TWICE = "A policy about this exists already: revise it."
ESCALATION: dict[str, str] = {"-3d": Rung.OWNER, "-7d": Rung.MANAGER, "-14d": Rung.FACILITATORS}


def known_offsets(value: Any) -> None:
    try:
        offsets_of(value)
    except (TypeError, ValueError) as refusal:
        raise ValidationError(str(refusal)) from None


def known_escalation(value: Any) -> None:
    if not isinstance(value, dict) or any(rung not in Rung.values for rung in value.values()):
        raise ValidationError("Say who hears of it: owner, manager or facilitators.")
    known_offsets(value)
    if any(Offset.of(written).amount >= 0 for written in value):
        raise ValidationError("Others hear of what is late: write days after the date, like -3d.")


def facets_of(kind: str) -> dict[str, str]:
    """The classes that a policy of `kind` may name, with their words; of every kind together where it is empty."""
    some = kinds.values() if not kind else [kinds[kind]] if kind in kinds else []
    return {value: words for each in some for value, words in each.facets}


class DeadlinePolicyQuerySet(RecordQuerySet):
    """Policies by what they are about."""

    def in_use(self) -> Self:
        return self.filter(is_retired=False)

    def of_sponsors(self, owners: Iterable[int | None]) -> Self:
        """Those in use of the sponsors `owners`, whether or not their agreement is in force today."""
        return self.in_use().filter(wall_owner__in=list(owners)).select_related("agreement__vendor")

    def grouped(self) -> Self:
        """What they are about as `group`: 0 everything, 1 a kind, 2 a class of finding, 3 an agreement."""
        cases = (When(agreement__isnull=False, then=3), When(~Q(facet=""), then=2), When(~Q(kind=""), then=1))
        return self.annotate(group=Case(*cases, default=0, output_field=models.IntegerField()))


class DeadlinePolicy(Record):
    """One rule of a sponsor about reminders.

    kind: the code of a deadline kind, empty for every kind. facet: a class of finding, empty for every class.
    agreement: only what concerns the CMO of this agreement, while it is in force. offsets: as `Offset.of` reads them.
    escalation: offset after the date -> who else hears of it.
    """

    number_prefix = "POL"
    scope = Scope(owner="sponsor")
    read_permission = Permission.POLICY_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField("deadline", max_length=40, blank=True)
    facet = models.CharField("class of finding", max_length=20, blank=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="deadline_policies")
    offsets = models.JSONField("reminded", default=list, blank=True, validators=[known_offsets])
    escalation = models.JSONField("when late", default=dict, blank=True, validators=[known_escalation])
    is_retired = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = DeadlinePolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deadline policies"
        constraints = [
            models.UniqueConstraint(
                fields=["sponsor", "kind", "facet", "agreement"],
                condition=Q(is_retired=False),
                name="one_policy_of_an_agreement",
                violation_error_message=TWICE,
            ),
            models.UniqueConstraint(
                fields=["sponsor", "kind", "facet"],
                condition=Q(is_retired=False, agreement__isnull=True),
                name="one_policy",
                violation_error_message=TWICE,
            ),
        ]

    def __str__(self) -> str:
        named = words_of(self.kind) if self.kind else "All deadlines"
        words = [named, self.facet_words.lower(), str(self.agreement) if self.agreement_id else ""]
        return ", ".join(word for word in words if word)

    @property
    def facet_words(self) -> str:
        return facets_of(self.kind).get(self.facet, self.facet)

    def get_absolute_url(self) -> str:
        return reverse("vendors:policy-detail", args=[self.number])

    def clean(self) -> None:
        if self.kind and self.kind not in kinds:
            raise ValidationError({"kind": "Choose a deadline from the list."})
        if self.facet and self.facet not in facets_of(self.kind):
            raise ValidationError({"facet": "This deadline does not tell classes of findings apart."})
        if self.agreement is not None and self.agreement.vendor.sponsor_id != self.sponsor_id:
            raise ValidationError({"agreement": "Choose one of your agreements."})
        if not self.offsets and not self.escalation:
            raise ValidationError({"offsets": "Say when people are reminded, like 14d, 7d, 0d."})
        with suppress(TypeError, ValueError):  # what cannot be read, the field's validator names
            self.offsets = [str(offset) for offset in offsets_of(self.offsets)]

    @property
    def weight(self) -> tuple[bool, bool, bool]:
        """Among policies that fit, the heaviest holds."""
        return bool(self.agreement_id), bool(self.facet), bool(self.kind)

    def holds_on(self, day: date) -> bool:
        return self.agreement is None or self.agreement.state(day) == "in_force"

    def turns_after(self, day: date) -> date | None:
        """The next day on which it begins or ceases to hold, because its agreement does."""
        return None if self.agreement is None else self.agreement.turns_after(day)

    @property
    def concerns(self) -> Q:
        """The due items that it is about, whether it holds today or not."""
        which = Q(wall_owner=self.sponsor_id)
        if self.kind:
            which &= Q(kind=self.kind)
        if self.facet:
            which &= Q(facet=self.facet)
        return which & Q(vendor_ref=self.agreement.vendor.number) if self.agreement is not None else which

    def fits(self, item: DueItem) -> bool:
        return (
            self.wall_owner == item.wall_owner
            and self.kind in ("", item.kind)
            and self.facet in ("", item.facet)
            and (self.agreement is None or self.agreement.vendor.number == item.vendor_ref)
        )
