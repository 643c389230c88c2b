"""Who gets what at the addresses of deadline policies: the sponsor reads, its manager writes, a CMO finds nothing."""

from __future__ import annotations

from tests.house.matrix import PARTNER, Row, answers
from tests.supply import places

READERS = ("quinn", "leo", "eva", "tom", "priya", "ines")
ALL = ("sam", *READERS)

listed = answers(ok=(*ALL, "otto"), forbidden=("ada",), hidden=PARTNER)
seen = answers(ok=ALL, forbidden=("ada",), hidden=("otto", *PARTNER))
adds = answers(ok=("sam",), forbidden=(*READERS, "ada", "otto"), hidden=PARTNER)


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


ROWS = [
    Row("vendors:policy-list", listed),
    Row("vendors:policy-create", adds),
    Row("vendors:policy-create", {**adds, "sam": 422}, method="post", body={"offsets": "soon"}, note="no offset"),
    Row("vendors:policy-detail", seen, places.policy),
    Row("vendors:policy-edit", adds, places.policy),
    Row("vendors:policy-retire", adds, places.policy),
    Row("vendors:policy-restore", {**adds, "sam": 302}, places.policy, method="post"),
    Row("api-deadline-policies-list", api(listed)),
    Row("api-deadline-policies-list", api(adds, sam=400), method="post", note="nothing sent"),
    Row("api-deadline-policies-detail", api(seen), places.policy),
    Row("api-deadline-policies-detail", api(adds), places.policy, method="patch"),
    Row("api-deadline-policies-retire", api(adds, sam=400), places.policy, method="post", note="no reason"),
    Row("api-deadline-policies-restore", api(adds), places.policy, method="post"),
]
