"""Who gets what of reports and certificates: drafts are the team's, what is issued both sides read, nobody else."""

from __future__ import annotations

from typing import Any

from tests.house.matrix import Row, answers
from tests.reporting import places

TEAM = ("sam", "leo", "quinn")
REST = ("eva", "tom", "priya", "ines")
ALL = (*TEAM, *REST)
OURS = ("pat", "uwe")

issued = answers(ok=(*ALL, *OURS), forbidden=("ada",), hidden=("otto", "bea"))
listed = answers(ok=(*ALL, *OURS, "otto", "bea"), forbidden=("ada",))
# The audit at Vilnius is Baltic's, not Alpenglow's: its report is no draft to Pat, it is nothing.
in_work = answers(ok=TEAM, forbidden=("ada",), hidden=(*REST, *OURS, "otto", "bea"))
checked = answers(ok=(*ALL, "bea"), forbidden=("ada",), hidden=(*OURS, "otto"))
written = answers(ok=("leo",), forbidden=("sam", "quinn", *REST, "ada", "otto"), hidden=(*OURS, "bea"))
certified = answers(ok=("quinn",), forbidden=("sam", "leo", *REST, "ada"), hidden=("otto", *OURS, "bea"))
drafted = answers(ok=TEAM, forbidden=(*REST, "ada"), hidden=("otto", *OURS, "bea"))
open_to_all = answers(ok=(*ALL, *OURS, "ada", "otto", "bea"), stranger=200)


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def page(name: str, given: dict[str, int], args: Any, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


PAGES = [
    Row("verify", open_to_all),
    page("audit-report", checked, places.checked_audit),
    page("report-open", {**written, "leo": 302}, places.checked_audit, method="post"),
    page("report-detail", issued, places.issued, note="issued"),
    page("report-detail", in_work, places.in_work, note="in work"),
    page("report-edit", {**written, "leo": 302}, places.in_work),
    page("report-preview", drafted, places.in_work),
    page("report-correct", written, places.issued),
    page("report-move", {**certified, **dict.fromkeys(REST, 404)}, lambda: [*places.in_work(), "issue"]),
    page("certificate-issue", certified, places.issued_audit),
    page("certificate-detail", issued, places.certificate),
    page("certificate-withdraw", certified, places.certificate),
    page("document-file", issued, places.document),
    page("document-signature", issued, places.document),
]
wrong = {"name": "issue", "password": "wrong"}
API = [
    Row("api-audit-reports-list", api(listed)),
    Row("api-audit-reports-detail", api(issued), places.issued),
    Row("api-audit-reports-detail", api({**written, "leo": 409}), places.issued, method="patch"),
    Row("api-audit-reports-correct", api({**written, "leo": 400}), places.issued, method="post", note="no reason"),
    Row("api-audit-reports-signature", api(issued), places.issued),
    Row("api-audit-reports-transitions", api(in_work), places.in_work),
    Row(
        "api-audit-reports-transitions",
        api({**in_work, "sam": 403, "leo": 403, "quinn": 409}),
        places.in_work,
        method="post",
        body=wrong,
        note="a disagreement is open",
    ),
    Row("api-audit-certificates-list", api(listed)),
    Row(
        "api-audit-certificates-list",
        api({**certified, "quinn": 400, "otto": 400}),
        method="post",
        note="nothing sent",
    ),
    Row("api-audit-certificates-detail", api(issued), places.certificate),
    Row("api-audit-certificates-signature", api(issued), places.certificate),
    Row(
        "api-audit-certificates-withdraw", api({**certified, "quinn": 400}), places.certificate, method="post",
        note="no reason",
    ),
]  # fmt: skip
ROWS = [*PAGES, *API]
