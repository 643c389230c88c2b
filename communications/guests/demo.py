"""The demo's open link: a colleague of Pat's without an account is asked for one document of the audit in Graz."""

from __future__ import annotations

from audits.conduct.models import DocumentRequest
from audits.programme.demo import audit
from cmo_portal.accounts.models import User
from cmo_portal.records.context import acting_as
from communications.guests import actions


def seed(cast: dict[str, User]) -> None:
    asked = DocumentRequest.objects.select_related("audit__site__vendor").get(
        audit=audit("notified"), title="Product and equipment list"
    )
    with acting_as(cast["leo"]):
        actions.ask(asked, by=cast["leo"], email="miriam.holzer@alpenglow.example", name="Miriam Holzer")
