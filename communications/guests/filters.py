"""What the list of links and its API can be cut down by."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from communications.guests.models import WRONG_CODES, GuestLink
from vendors.registry.filters import SEARCH, PageFilters, put_in_order

STATES = [
    ("open", "Open"),
    ("answered", "Answered"),
    ("locked", "Locked"),
    ("ended", "Ended without an answer"),
    ("revoked", "Revoked"),
]


class LinkFilter(django_filters.FilterSet):
    """about: the number of the record."""

    q = django_filters.CharFilter(method="by_words", label="Search", widget=SEARCH)
    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label="State")
    about = django_filters.CharFilter(field_name="about_number", lookup_expr="iexact", label="About")

    class Meta:
        model = GuestLink
        fields: tuple[str, ...] = ()

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.named_like(value)

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        now, left = timezone.now(), Q(answered_at__isnull=True, revoked_at__isnull=True)
        return rows.filter(
            {
                "open": left & Q(expires_at__gt=now, wrong_codes__lt=WRONG_CODES),
                "locked": left & Q(expires_at__gt=now, wrong_codes__gte=WRONG_CODES),
                "ended": left & Q(expires_at__lte=now),
                "answered": Q(answered_at__isnull=False, revoked_at__isnull=True),
                "revoked": Q(revoked_at__isnull=False),
            }[value]
        )


class LinkListFilter(PageFilters, LinkFilter):
    """The same on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_in_order(self, "q", "state", "about")
