"""Questions that pages and API ask of agreements and qualifications, each one lazy SQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from cmo_portal.records.record import RecordQuerySet
from vendors.registry.vocabulary import QualificationStatus

if TYPE_CHECKING:
    from vendors.registry.models import Site
    from vendors.registry.supply import Product, Qualification

SOON = timedelta(days=90)
NEVER = date(9999, 12, 31)


class AgreementQuerySet(RecordQuerySet):
    """Agreements by how they stand on a day; the predicates are those of `Agreement.state`."""

    def with_end(self) -> Self:
        """Adds `ends`: the last day, never NULL, so that a list can be sorted and paged by it."""
        return self.annotate(ends=Coalesce(F("ended_date"), F("expires_date"), Value(NEVER)))

    def in_force(self, day: date) -> Self:
        from vendors.registry.supply import Agreement

        return self.filter(Agreement.in_force_on(day))

    def expiring(self, day: date) -> Self:
        """In force on `day`, and its date comes within 90 days."""
        return self.in_force(day).filter(expires_date__lte=day + SOON)

    def over(self, day: date) -> Self:
        """Expired, or ended early; what never came into force is a draft still."""
        return self.filter(Q(expires_date__lt=day) | Q(ended_date__lte=day), effective_date__isnull=False)


class QualificationQuerySet(RecordQuerySet):
    """Qualifications by what they say about a scope."""

    def active(self) -> Self:
        return self.exclude(status=QualificationStatus.RETIRED)

    def applying_to(self, site: Any, service: Any, dosage_form: Any = "", product: Any = None) -> Self:
        """The active rows that speak about this use, the one that decides first.

        A row without a dosage form or product speaks about all of them. A suspension or disqualification that covers
        the use decides whatever else was approved; else the narrowest row does. The arguments may be expressions
        (`OuterRef`), so that a list can ask in one subquery.
        """
        of_form = Q(dosage_form="") | Q(dosage_form=dosage_form)
        of_product = Q(product__isnull=True) if product is None else Q(product__isnull=True) | Q(product=product)
        refused = (QualificationStatus.DISQUALIFIED, QualificationStatus.SUSPENDED)
        veto = Case(*[When(status=status, then=Value(place)) for place, status in enumerate(refused)],
                    default=Value(len(refused)), output_field=IntegerField())  # fmt: skip
        width = Case(When(product__isnull=False, then=Value(0)), When(~Q(dosage_form=""), then=Value(1)),
                     default=Value(2), output_field=IntegerField())  # fmt: skip
        rows = self.active().filter(of_form, of_product, site=site, service=service)
        return rows.annotate(veto=veto, width=width).order_by("veto", "width", "pk")

    def standing_for(
        self, site: Site, service: str, dosage_form: str = "", product: Product | None = None
    ) -> Qualification | None:
        """The row that decides whether `site` may be used; None where quality has never looked at this use.

        Only APPROVED and CONDITIONAL within their dates allow use: ask `Qualification.allows_use`.
        """
        row: Qualification | None = self.applying_to(site, service, dosage_form, product).first()
        return row

    def ending(self, day: date) -> Self:
        """In use on `day`, and its date comes within 90 days."""
        return self.filter(status__in=IN_USE, expires_date__gte=day, expires_date__lte=day + SOON)

    def overdue(self, day: date) -> Self:
        """Still in use although its last day has passed: the hourly task expires these."""
        return self.filter(status__in=IN_USE, expires_date__lt=day)


IN_USE = (QualificationStatus.APPROVED, QualificationStatus.CONDITIONAL)
