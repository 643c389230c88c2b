"""The registry's dated obligations: certificates, agreements, capacity offers and qualifications that end."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DeadlineKind, add
from vendors.registry.models import CapacityOffer, Certificate
from vendors.registry.renewals import is_owed_offer, owed_agreements, owed_certificates
from vendors.registry.supply import Agreement, Qualification

ACTIVE = ("approved", "conditional")


def keeper(record: Any) -> str:
    """Who keeps a site's papers and promises up to date: the CMO once it has joined, before that its sponsor."""
    return SPONSOR if record.wall_partner is None else PARTNER


def declare() -> None:
    add(
        "certificate.expires",
        DeadlineKind(
            Certificate,
            "expires_date",
            None,
            Q(pk__in=owed_certificates().values("pk")),
            lambda c: f"{c} of {c.site.name} expires",
            offsets=(90, 30, 14, 7, 0, -7),
            names=("site__name",),
            acts=P.CMO_EDIT,
            acts_partner=P.CERTIFICATE_ADD,
            side=keeper,
            obligatory=False,
        ),
    )
    add(
        "agreement.expires",
        DeadlineKind(
            Agreement,
            "expires_date",
            None,
            Q(pk__in=owed_agreements().values("pk")),
            lambda a: f"{a} with {a.vendor.name} expires",
            offsets=(90, 60, 30, 14, 0),
            names=("vendor__name",),
            acts=P.AGREEMENT_EDIT,
            obligatory=False,
            mail_title=lambda a: f"{a.get_kind_display()} with {a.vendor.name} expires",
        ),
    )
    add(
        "capacity_offer.expires",
        DeadlineKind(
            CapacityOffer,
            "expires_date",
            lambda o: is_owed_offer(o, timezone.localdate()),
            Q(is_withdrawn=False),
            lambda o: f"Capacity offer {o.line}, {o.site.name} ends",
            offsets=(14, 7, 0),
            names=("site__name",),
            acts=P.CAPACITY_OFFER,
            side=keeper,
            obligatory=False,
            mail_title=lambda o: f"Capacity offer, {o.site.name} ends",
            is_open_says_less=True,  # what has lapsed; the hourly task closes it
        ),
    )
    add(
        "qualification.expires",
        DeadlineKind(
            Qualification,
            "expires_date",
            lambda q: q.status in ACTIVE,
            Q(status__in=ACTIVE),
            lambda q: f"Qualification of {q.site.name} for {q.get_service_display().lower()} ends",
            offsets=(90, 30, 14, 7, 0),
            names=("site__name",),
            acts=P.QUALIFICATION_APPROVE,
        ),
    )
