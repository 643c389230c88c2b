"""Rows of the demo that addresses need: found by what they are, never by a number."""

from __future__ import annotations

from audits.capa import own
from audits.capa.models import Capa, CapaAction, CapaLink, Extension, OwnLink, ResponseDraft
from audits.programme.demo import audit
from cmo_portal.accounts.models import User


def link_of(label: str, key: str = "follow_up") -> CapaLink:
    found: CapaLink = CapaLink.objects.with_places().get(finding__audit=audit(key), finding__label=label)
    return found


def due() -> list[str]:
    """A response that the CMO still writes."""
    return [link_of("F-04").number]


def submitted() -> list[str]:
    return [link_of("F-03").number]


def talked() -> list[str]:
    """One whose date is proposed by the CMO."""
    return [link_of("F-07").number]


def working() -> list[str]:
    return [link_of("F-02").number]


def implemented() -> list[str]:
    return [link_of("F-06").number]


def effective() -> list[str]:
    return [link_of("F-09").number]


def action() -> list[str]:
    return [CapaAction.objects.get(link=link_of("F-02"), is_removed=False).number]


def extension() -> list[str]:
    return [Extension.objects.get(status="requested").number]


def draft() -> list[str]:
    return [ResponseDraft.objects.get(link=link_of("F-04")).number]


def capa() -> list[str]:
    return [Capa.objects.get().number]


def own_link() -> list[str]:
    return [OwnLink.objects.filter(link=link_of("F-01"), is_removed=False).get().number]


def loose() -> list[str]:
    """A CAPA of Alpenglow's that answers nothing yet."""
    pat = User.objects.select_related("membership__company").get(email__startswith="pat@")
    pat.belongs = pat.membership  # type: ignore[misc]
    return [own.open_capa(by=pat, title="Nothing yet").number]


def audit_number() -> list[str]:
    return [audit("follow_up").number]


def cmo() -> list[str]:
    return [audit("follow_up").site.vendor.number]


def site() -> list[str]:
    return [audit("follow_up").site.number]
