"""Small makers for tests of the programme: a site of Northgate, auditors, an audit that may be notified."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.programme.actions import move_audit, plan_audit
from audits.programme.models import Audit
from audits.programme.team_actions import declare_independence
from cmo_portal.accounts.models import User
from cmo_portal.records.signing import Credentials
from tests.supply.makers import make_site, make_vendor
from vendors.registry.demo import SITES
from vendors.registry.models import Site
from vendors.registry.site_actions import add_capability
from vendors.registry.supply import Product, Supply

PROOF = Credentials("Demo-portal-2026")
JSON = {"content_type": "application/json"}


def today() -> date:
    return timezone.localdate()


def in_days(count: int) -> date:
    return today() + timedelta(days=count)


def demo_site(key: str, sponsor: str = "Northgate") -> Site:
    rows = Site.objects.select_related("vendor__sponsor", "vendor__company")
    return rows.get(fei=SITES[key].fei, vendor__sponsor__name__startswith=sponsor)


def new_site(cast: Any, name: str = "Progwerk", *, form: str = "tablet") -> Site:
    """A site of Northgate's own, of a CMO that has not joined, that makes something for it."""
    site = make_site(make_vendor(cast.sam, f"{name} Pharma"), cast.sam, f"{name} plant")
    facts = {"service": "dp_mfg", "dosage_form": form, "modality": "small_molecule", "scale": "commercial"}
    add_capability(site, by=cast.sam, **facts)
    return site


def supply(cast: Any, site: Site, code: str, *, others: int = 0, necessary: bool = False) -> Product:
    """A product that the site makes, with so many other sites that could step in."""
    from vendors.registry.product_actions import add_product, add_supply

    product = add_product(
        cast.sam.company, by=cast.sam, code=code, name=code, modality="small_molecule", dosage_form="tablet",
        stage="commercial", is_medically_necessary=necessary,
    )  # fmt: skip
    add_supply(product, site, by=cast.sam, service="dp_mfg", stage="commercial", role="primary")
    for n in range(others):
        other = make_site(site.vendor, cast.sam, f"{code} other {n}")
        add_supply(product, other, by=cast.sam, service="dp_mfg", stage="commercial", role="alternate")
    return product


def stop_supply(cast: Any, product: Product) -> None:
    from vendors.registry.product_actions import revise_supply

    for row in Supply.objects.filter(product=product):
        revise_supply(row, by=cast.sam, stage="ended", reason="Test")


def planned(site: Site, cast: Any, **values: Any) -> Audit:
    """An audit with purpose, services and lead, whose lead has declared independence."""
    facts = {"purpose": "Routine", "services": ["dp_mfg"], "lead": cast.leo, **values}
    audit = plan_audit(site, by=cast.sam, **facts)
    for member in audit.team.select_related("audit"):
        declare_independence(member, by=facts["lead"], has_conflict=False)
    return audit


def dated(site: Site, cast: Any, start: int = 40, days: int = 2, **values: Any) -> Audit:
    first = in_days(start)
    return planned(site, cast, start_date=first, end_date=first + timedelta(days=days - 1), **values)


def held(site: Site, cast: Any, ended: int = -10, **values: Any) -> Audit:
    """An audit whose close-out meeting was held on its last day, so many days from today."""
    audit = dated(site, cast, start=ended - 1, **values)
    for name, by in (("notify", cast.sam), ("start", cast.leo), ("hold_closeout", cast.leo)):
        move_audit(audit, name, by=by, on=in_days(ended))
    return audit


def user(name: str) -> User:
    return User.objects.get(email__startswith=f"{name}@")
