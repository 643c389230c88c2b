"""Who gets what at the addresses of the relation between a sponsor and a CMO."""

from __future__ import annotations

from typing import Any

from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from vendors.registry.models import Vendor

OURS = tuple(name for name in SPONSOR if name != "ada")


def cmo() -> list[Any]:
    return [Vendor.objects.get(name__startswith="Alpenglow", sponsor__name__startswith="Northgate").number]


ROWS = [
    Row("communications:cmo-both-ways", answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto")), cmo),
    Row("api-relations-list", answers(ok=(*OURS, *PARTNER, "otto"), forbidden=("ada",)) | {"": 401}),
]
