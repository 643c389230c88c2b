"""Who gets what at the addresses of products, agreements, qualification, imports and duplicates. None is a CMO's."""

from __future__ import annotations

from typing import Any

from tests.house.matrix import PARTNER, Row, answers
from tests.supply import places

READERS = ("quinn", "leo", "eva", "tom", "priya", "ines")
ALL = ("sam", *READERS)

listed = answers(ok=(*ALL, "otto"), forbidden=("ada",), hidden=PARTNER)
seen = answers(ok=ALL, forbidden=("ada",), hidden=("otto", *PARTNER))
own = answers(ok=("sam",), forbidden=(*READERS, "ada", "otto"), hidden=PARTNER)
propose = answers(
    ok=("sam", "quinn", "leo"), forbidden=("eva", "tom", "priya", "ines", "ada"), hidden=("otto", *PARTNER)
)
decide = answers(
    ok=("quinn",), forbidden=("sam", "leo", "eva", "tom", "priya", "ines", "ada"), hidden=("otto", *PARTNER)
)
moves = answers(ok=("sam",), forbidden=(*READERS, "ada"), hidden=("otto", *PARTNER))
sends = {**own, "sam": 302}
refused = {**own, "sam": 422}


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def page(name: str, given: dict[str, int], args: Any = list, **more: Any) -> Row:
    return Row(f"vendors:{name}", given, args, **more)


PAGES = [
    page("product-list", listed),
    page("product-create", own),
    page("product-detail", seen, places.product),
    page("product-edit", own, places.product),
    page("product-retire", own, places.product),
    page("product-restore", sends, places.development, method="post"),
    page("supply-create", own, places.product),
    page("supply-detail", seen, places.supply),
    page("supply-history", seen, places.supply),
    page("supply-edit", own, places.supply),
    page("supply-remove", own, places.supply),
    page("batch-create", own, places.supply),
    page("batch-edit", own, places.batch),
    page(
        "batch-move",
        moves,
        lambda: [*places.batch(), "start"],
    ),
    page("agreement-list", listed),
    page("agreement-detail", seen, places.agreement),
    page("agreement-edit", own, places.agreement),
    page("agreement-end", own, places.agreement),
    page("cmo-agreements", seen, places.cmo),
    page("agreement-create", own, places.cmo),
    page("approved-list", listed),
    page("approved-list-export", listed, lambda: ["pdf"]),
    page("cmo-qualifications", seen, places.cmo),
    page("qualification-create", propose, places.cmo),
    page("qualification-detail", seen, places.pending),
    page("qualification-edit", propose, places.pending),
    page("qualification-move", decide, lambda: [*places.pending(), "approve"]),
    page("cmo-import-list", own),
    page("cmo-import-list", refused, method="post", note="nothing sent"),
    page("cmo-import-detail", own, places.imported),
    page("cmo-import-confirm", sends, places.imported, method="post"),
    page("cmo-import-discard", sends, places.imported, method="post"),
    page("cmo-import-refused", own, places.imported),
    page("cmo-import-template", own, lambda: ["cmos", "csv"]),
    page("duplicate-list", own),
    page("duplicate-detail", own, places.pair),
]
COLLECTIONS = (
    ("products", places.product),
    ("supplies", places.supply),
    ("batches", places.batch),
    ("agreements", places.agreement),
    ("qualifications", places.pending),
)
API = [
    row
    for name, place in COLLECTIONS
    for row in (Row(f"api-{name}-list", api(listed)), Row(f"api-{name}-detail", api(seen), place))
]
may_add = api({**own, "sam": 400})
may_propose = api({**propose, "otto": 400, **dict.fromkeys(("sam", "quinn", "leo"), 400)})
may_change = api(own)
ACTIONS = [
    Row("api-approved-suppliers-list", api(listed)),
    *(Row(f"api-{name}-list", may_add, method="post", note="nothing sent") for name, _ in COLLECTIONS[:4]),
    Row("api-qualifications-list", may_propose, method="post", note="nothing sent"),
    *(Row(f"api-{name}-detail", may_change, place, method="patch") for name, place in COLLECTIONS[:4]),
    Row("api-qualifications-detail", api(propose), places.pending, method="patch"),
    Row("api-products-retire", api({**own, "sam": 400}), places.product, method="post", note="no reason"),
    Row("api-products-restore", api({**own, "sam": 400}), places.product, method="post", note="no reason"),
    Row("api-supplies-remove", api({**own, "sam": 400}), places.supply, method="post", note="no reason"),
    Row("api-agreements-end", api({**own, "sam": 400}), places.agreement, method="post", note="nothing sent"),
    Row("api-batches-transitions", api(seen), places.batch),
    Row("api-batches-transitions", api(moves), places.batch, method="post", body={"name": "start"}, note="start"),
    Row("api-qualifications-transitions", api(seen), places.pending),
    Row(
        "api-qualifications-transitions",
        api({**decide, "quinn": 403}),
        places.pending,
        method="post",
        body={"name": "approve", "password": "wrong"},
        note="wrong password",
    ),
    Row("api-cmo-imports-list", api(own)),
    Row("api-cmo-imports-list", may_add, method="post", note="nothing sent"),
    Row("api-cmo-imports-detail", api(own), places.imported),
    Row("api-cmo-imports-rows", api(own), places.imported),
    Row("api-cmo-imports-confirm", api(own), places.imported, method="post"),
    Row("api-cmo-imports-discard", api(own), places.imported, method="post"),
]
inviters = answers(ok=("sam", "ada"), forbidden=(*READERS, "otto"), hidden=PARTNER)
sends_again = {**inviters, "sam": 302, "ada": 302}
JOINING = [
    page("joining-list", inviters),
    page("cmo-invite", inviters, places.not_joined),
    page("cmo-invite-act", sends_again, lambda: [*places.not_joined(), "resend"], method="post"),
    # Signed in, everybody of the cast is somebody else than the person invited.
    page("joining-accept", {**dict.fromkeys(inviters, 403), "": 200}, places.joining_token),
    page("joining-accept", dict.fromkeys(inviters, 410), lambda: ["x:y"], note="forged"),
]
may_invite = api({**inviters, "sam": 400, "ada": 400})
INVITATIONS = [
    Row("api-cmo-invitations-list", api(inviters)),
    Row("api-cmo-invitations-list", may_invite, method="post", note="nothing sent"),
    Row("api-cmo-invitations-detail", api(inviters), places.cmo_invitation),
    Row("api-cmo-invitations-resend", api(inviters), places.cmo_invitation, method="post"),
    # ada asks after sam, and finds it withdrawn
    Row("api-cmo-invitations-withdraw", api({**inviters, "ada": 409}), places.cmo_invitation, method="post"),
]
ROWS = [*PAGES, *API, *ACTIONS, *JOINING, *INVITATIONS]
