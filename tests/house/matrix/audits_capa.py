"""Who gets what at the addresses of CAPAs: both sides at the same ones, and a CMO's own CAPAs for it alone."""

from __future__ import annotations

from typing import Any

from tests.capa import places
from tests.house.matrix import PARTNER, Row, answers

READERS = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines")
REVIEWERS = ("sam", "quinn", "leo")
NO_REVIEW = ("eva", "tom", "priya", "ines")

listed = answers(ok=(*READERS, "pat", "uwe", "bea", "otto"), forbidden=("ada",))
seen = answers(ok=(*READERS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
# a CMO's page: for a sponsor there is none; another CMO learns of nothing
own_list = answers(ok=("pat", "uwe", "bea"), hidden=(*READERS, "ada", "otto"))
own_read = answers(ok=("pat", "uwe"), hidden=(*READERS, "ada", "otto", "bea"))
own_write = answers(ok=("pat",), forbidden=("uwe",), hidden=(*READERS, "ada", "otto", "bea"))
own_new = answers(ok=("pat", "bea"), forbidden=("uwe",), hidden=(*READERS, "ada", "otto"))
dated = answers(ok=(*REVIEWERS, "pat"), forbidden=(*NO_REVIEW, "ada", "uwe"), hidden=("bea", "otto"))
reviewed = answers(ok=REVIEWERS, forbidden=(*NO_REVIEW, "ada"), hidden=("otto", "pat", "uwe", "bea"))
recorded = answers(ok=("sam", "leo"), forbidden=(*NO_REVIEW, "quinn", "ada", "otto"), hidden=("pat", "uwe", "bea"))
cmos_acts = answers(ok=("pat",), forbidden=(*READERS, "ada", "uwe"), hidden=("bea", "otto"))
cmos_work = answers(ok=("pat",), forbidden=("uwe",), hidden=(*READERS, "ada", "bea", "otto"))


contained = answers(ok=(*REVIEWERS, "pat"), forbidden=(*NO_REVIEW, "ada", "uwe"), hidden=("bea", "otto"))


def sends(row: dict[str, int]) -> dict[str, int]:
    return {name: 302 if status == 200 else status for name, status in row.items()}


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def turned(row: dict[str, int], status: int) -> dict[str, int]:
    """The same row where those who may get `status` instead of 200."""
    return {name: status if given == 200 else given for name, given in row.items()}


def page(name: str, given: dict[str, int], args: Any = list, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


PAGES = [
    page("capa-list", listed),
    page("capa-export", listed, lambda: ["csv"]),
    page("capa-detail", seen, places.submitted),
    page("audit-capas", seen, places.audit_number),
    page("cmo-capas", answers(ok=READERS, forbidden=("ada",), hidden=("otto", *PARTNER)), places.cmo),
    page("site-capas", seen, places.site),
    page("response-edit", own_write, places.due),
    page("response-send", own_write, places.due),
    page("draft-files", {**sends(own_read)}, places.draft),
    page("containment-record", {**contained, **dict.fromkeys(("sam", "quinn", "leo", "pat"), 302)}, places.due),
    page("response-record", {**recorded, "otto": 403}, places.due),
    page("response-move", reviewed, lambda: [*places.submitted(), "accept"]),
    page("capa-move", reviewed, lambda: [*places.implemented(), "send_back"]),
    page("date-propose", dated, places.talked),
    page("date-agree", sends(dated), places.talked, method="post"),
    page("extension-ask", dated, places.working),
    page("extension-answer", dated, lambda: [*places.extension(), "grant"]),
    page("action-create", cmos_acts, places.working),
    page("action-detail", seen, places.action),
    page("action-finish", cmos_acts, places.action),
    page("action-drop", reviewed, places.action),
    page("own-capa-list", own_list),
    page("own-capa-create", own_new),
    page("own-capa-detail", own_read, places.capa),
    page("own-capa-edit", own_write, places.capa),
    page("own-capa-withdraw", own_write, places.loose),
    page("own-capa-restore", sends(own_write), places.loose, method="post"),
    page("own-link-add", sends(own_write), places.loose, method="post", note="nothing sent"),
    page("own-link-choose", sends(own_write), places.own_link, method="post"),
    page("own-link-remove", sends(own_write), places.own_link, method="post"),
]
READS = [
    Row("api-capas-list", api(listed)),
    Row("api-capas-detail", api(seen), places.submitted),
    Row("api-capas-transitions", api(seen), places.submitted),
    Row("api-capas-responses", api(seen), places.submitted),
    Row("api-capas-draft", api(own_write), places.due),
    Row("api-capas-dates", api(seen), places.talked),
    Row("api-capas-extensions", api(seen), places.working),
    Row("api-capas-planned", api(seen), places.working),
    Row("api-capa-actions-list", api(listed)),
    Row("api-capa-actions-detail", api(seen), places.action),
    Row("api-own-capas-list", api(own_list)),
    Row("api-own-capas-detail", api(own_read), places.capa),
    Row("api-own-capas-links", api(own_read), places.capa),
]
JSON: dict[str, Any] = {"method": "post", "note": "nothing sent"}
WRITES = [
    Row(
        "api-capas-transitions",
        api({**reviewed, "quinn": 403, "pat": 403, "uwe": 403, "bea": 404, "sam": 403, "leo": 409}),
        places.effective,
        method="post",
        body={"name": "close", "password": "wrong"},
        note="wrong password",
    ),
    Row("api-capas-draft", api({**own_write, "pat": 400}), places.due, method="put", note="nothing sent"),
    Row("api-capas-containment", api(turned(contained, 400)), places.due, method="post", note="nothing sent"),
    # the CMO has joined: who may record for it is told so, others may not at all; Pat does not say what he has read
    Row(
        "api-capas-responses",
        api({**seen, **dict.fromkeys(READERS, 403), "sam": 400, "leo": 400, "uwe": 403, "pat": 400}),
        places.due,
        **JSON,
    ),
    Row(
        "api-capas-dates",
        api({**seen, **dict.fromkeys(seen, 400), "ada": 403, "bea": 404, "otto": 404}),
        places.talked,
        **JSON,
    ),
    Row("api-capas-agree", api(turned(dated, 400)), places.talked, **JSON),
    Row("api-capas-extensions", api({**turned(seen, 400)}), places.working, **JSON),
    Row("api-capas-answer-extension", api(turned(dated, 400)), lambda: [places.link_of("F-01").number], **JSON),
    Row("api-capas-planned", api(turned(seen, 400)), places.working, **JSON),
    Row("api-capa-actions-finish", api(turned(seen, 400)), places.action, **JSON),
    Row("api-capa-actions-drop", api({**turned(reviewed, 400)}), places.action, **JSON),
    Row("api-own-capas-list", api(turned(own_new, 400)), **JSON),
    Row("api-own-capas-detail", api(own_write), places.capa, method="patch"),
    Row("api-own-capas-withdraw", api(turned(own_write, 400)), places.loose, **JSON),
    Row("api-own-capas-restore", api(own_write), places.loose, method="post"),
    Row("api-own-capas-links", api({**turned(own_write, 400)}), places.capa, **JSON),
    Row("api-own-capas-copy", api(turned(own_write, 400)), places.capa, **JSON),
    Row("api-own-capas-take-out", api(turned(own_write, 400)), places.capa, **JSON),
]
ROWS = [*PAGES, *READS, *WRITES]
