"""How each kind of file becomes facts: the model, the key that tells two rows apart, and the values of a row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from vendors.regulatory.files import INSPECTIONS, REGISTRATIONS, InspectionRow, RegistrationRow
from vendors.regulatory.models import Authority, EventType, Registration, RegulatoryEvent, Sourced


@dataclass(frozen=True)
class Facts:
    """What the importer needs to know of one kind.

    stored(rows, owner): what is stored under the rows' keys for one owner (None: the installation), by one query.
    year(row): the year the row speaks of, for the words of coverage; None where it speaks of none.
    """

    model: type[Sourced]
    action: str
    stored: Callable[[list[Any], int | None], Iterable[Any]]
    key_of: Callable[[Any], Hashable]
    key_of_row: Callable[[Any], Hashable]
    values: Callable[[Any], dict[str, Any]]
    year: Callable[[Any], int | None]


def stored_inspections(rows: list[InspectionRow], owner: int | None) -> Iterable[RegulatoryEvent]:
    return RegulatoryEvent.objects.filter(
        wall_owner=owner,
        authority=Authority.FDA,
        type=EventType.INSPECTION,
        external_id__in={row.inspection_id for row in rows},
    )


def inspection(row: InspectionRow) -> dict[str, Any]:
    details = {
        "address": row.address,
        "postcode": row.postcode,
        "fiscal_year": fiscal_year(row),
        "product_type": row.product_type,
        "additional_details": row.additional_details,
        "fmd_145_date": row.fmd_145_date.isoformat() if row.fmd_145_date else "",
    }
    return {
        "authority": Authority.FDA.value,
        "type": EventType.INSPECTION.value,
        "external_id": row.inspection_id,
        "area": row.project_area,
        "is_gmp": row.is_gmp,
        "fei": row.fei,
        "legal_name": row.legal_name,
        "city": row.city,
        "state": row.state,
        "country": row.country,
        "event_date": row.end_date,
        "outcome": row.classification.value,
        "has_citations": row.has_posted_citations,
        "details": {name: value for name, value in details.items() if value},
    }


def fiscal_year(row: InspectionRow) -> int:
    """As the file says; else the year of the US government, which begins on 1 October of the year before."""
    return row.fiscal_year or row.end_date.year + (row.end_date.month >= 10)


def stored_registrations(rows: list[RegistrationRow], owner: int | None) -> Iterable[Registration]:
    return Registration.objects.filter(wall_owner=owner, fei__in={row.fei for row in rows})


def registration(row: RegistrationRow) -> dict[str, Any]:
    return {
        "fei": row.fei,
        "duns": row.duns,
        "firm_name": row.firm_name,
        "address": row.address,
        "country": row.country,
        "expires_date": row.expiration_date,
        "operations": list(row.operations),
        "registrant_name": row.registrant_name,
        "registrant_duns": row.registrant_duns,
        "is_excluded": bool(row.is_excluded),
    }


FACTS: dict[str, Facts] = {
    INSPECTIONS.code: Facts(
        model=RegulatoryEvent,
        action="event.import",
        stored=stored_inspections,
        key_of=lambda event: (event.external_id, event.area),
        key_of_row=lambda row: (row.inspection_id, row.project_area),
        values=inspection,
        year=fiscal_year,
    ),
    REGISTRATIONS.code: Facts(
        model=Registration,
        action="registration.import",
        stored=stored_registrations,
        key_of=lambda registration: (registration.fei, registration.duns),
        key_of_row=lambda row: (row.fei, row.duns),
        values=registration,
        year=lambda row: None,
    ),
}
