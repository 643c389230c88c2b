"""Who gets what at the addresses of findings: drafts are the team's, a CMO reads what was sent to it alone."""

from __future__ import annotations

from typing import Any

from tests.findings import places
from tests.house.matrix import Row, answers

TEAM = ("sam", "quinn", "leo")  # those who read drafts
LATER = ("eva", "tom", "priya", "ines")  # those who read what is issued
PARTNERS = ("pat", "uwe", "bea")

listed = answers(ok=(*TEAM, *LATER, *PARTNERS, "otto"), forbidden=("ada",))
drafted = answers(ok=TEAM, forbidden=("ada",), hidden=(*LATER, *PARTNERS, "otto"))
of_baltic = answers(ok=(*TEAM, "bea"), forbidden=("ada",), hidden=(*LATER, "pat", "uwe", "otto"))
of_alpenglow = answers(ok=(*TEAM, *LATER, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
of_otter = answers(ok=("otto", "pat", "uwe"), forbidden=("ada",), hidden=(*TEAM, *LATER, "bea"))
writes = answers(ok=("leo",), forbidden=("sam", "quinn", *LATER, "ada", "otto"), hidden=PARTNERS)
reviews = answers(ok=("sam", "quinn"), forbidden=("leo", *LATER, "ada"), hidden=("otto", *PARTNERS))
settles = answers(ok=("sam",), forbidden=("quinn", "leo", *LATER, "ada", "otto"), hidden=PARTNERS)
signs = answers(ok=("quinn", "leo"), forbidden=("sam", *LATER, "ada"), hidden=("otto", *PARTNERS))


def page(name: str, given: dict[str, int], args: Any = list, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


PAGES = [
    page("finding-list", listed),
    page("finding-export", listed, lambda: ["csv"]),
    page("finding-create", writes),
    page("clause-list", listed),
    page("dispute-list", listed),
    page("finding-detail", drafted, places.draft, note="a draft"),
    page("finding-detail", of_baltic, places.disputed, note="in the factual check"),
    page("finding-detail", of_alpenglow, places.issued, note="issued"),
    page("finding-detail", of_otter, places.otters, note="of another sponsor, at the same plant"),
    page("finding-edit", writes, places.draft),
    page("finding-draft", {**writes, "leo": 422}, places.draft, method="post", note="nothing sent"),
    page("finding-answer", {**of_baltic, "sam": 200, "leo": 200, "quinn": 403}, places.waiting),
    page("finding-settle", settles, places.disputed),
    page("finding-reclassify", signs, places.disputed),
    page("finding-move", {**of_baltic, "sam": 403, "bea": 404}, lambda: [*places.waiting(), "withdraw"]),
    page("finding-note", answers(
        forbidden=(*LATER, "ada"), hidden=("otto", *PARTNERS), sam=302, quinn=302, leo=302
    ), places.draft, method="post", note="nothing sent"),
    page("finding-separate", writes, places.draft),
    page("repeat-clear", writes, places.draft),
    page("repeat-confirm", {**writes, "leo": 404}, places.draft_and_earlier, note="of another site"),
    page("repeat-rule-out", {**writes, "leo": 404}, places.draft_and_earlier, method="post", note="of another site"),
    page("finding-file", {**writes, "leo": 404}, lambda: [*places.draft(), "nothing", "shared"], method="post",
         note="no such file"),
    page("comment-detail", of_baltic, places.answer),
    page("audit-findings", answers(
        ok=(*TEAM, *LATER, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto")
    ), places.followed),
    page("audit-finding-create", writes, places.in_progress),
    page("finding-combine", writes, places.in_progress),
    page("factual-check", answers(
        ok=(*TEAM, "bea"), forbidden=(*LATER, "ada"), hidden=("pat", "uwe", "otto")
    ), places.checked),
    page("factual-check-start", reviews, places.checked),
    page("factual-check-end", reviews, places.running),
    page("factual-check-extend", reviews, places.running),
    page("cmo-findings", answers(ok=(*TEAM, *LATER), forbidden=("ada",), hidden=("otto", *PARTNERS)), places.cmo),
    page("site-findings", answers(
        ok=(*TEAM, *LATER, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto")
    ), places.site),
]  # fmt: skip
API = [
    Row("api-findings-list", api(listed)),
    Row("api-findings-list", api({**writes, "leo": 400}), method="post", note="nothing sent"),
    Row("api-findings-detail", api(drafted), places.draft, note="a draft"),
    Row("api-findings-detail", api(of_baltic), places.disputed, note="in the factual check"),
    Row("api-findings-detail", api(of_alpenglow), places.issued, note="issued"),
    Row("api-findings-detail", api(of_otter), places.otters, note="of another sponsor"),
    Row("api-findings-detail", api(writes), places.draft, method="patch"),
    Row("api-findings-transitions", api(of_baltic), places.disputed),
    Row("api-findings-transitions", api({**of_baltic, "sam": 403, "bea": 403, "quinn": 403, "leo": 403}),
        places.disputed, method="post", body={"name": "withdraw", "reason": "x", "password": "wrong"},
        note="wrong password"),
    Row("api-findings-comments", api(of_baltic), places.disputed),
    Row("api-findings-answer-facts", api({**of_baltic, "sam": 400, "quinn": 400, "leo": 400, "bea": 400}),
        places.waiting, method="post", note="nothing sent"),
    Row("api-findings-settle", api({**settles, "sam": 400}), places.disputed, method="post", note="nothing sent"),
    Row("api-findings-reclassify", api({**signs, "quinn": 400, "leo": 400}), places.disputed, method="post",
        note="nothing sent"),
    Row("api-findings-repeats", api(writes), places.draft),
    Row("api-findings-repeat", api({**writes, "leo": 400}), places.draft, method="post", note="nothing sent"),
    Row("api-findings-combine", api({**writes, "leo": 400}), method="post", note="nothing sent"),
    Row("api-findings-separate", api({**writes, "leo": 400}), places.draft, method="post", note="nothing sent"),
    Row("api-findings-notes", api(answers(
        ok=TEAM, forbidden=(*LATER, "ada"), hidden=("otto", *PARTNERS)
    )), places.disputed),
    Row("api-findings-notes", api(answers(
        forbidden=(*LATER, "ada"), hidden=("otto", *PARTNERS), sam=400, quinn=400, leo=400
    )), places.disputed, method="post", note="nothing sent"),
    Row("api-factual-checks-list", api(listed)),
    Row("api-factual-checks-list", api({**answers(
        forbidden=("leo", *LATER, "ada"), hidden=PARTNERS, sam=400, quinn=400, otto=400
    )}), method="post", note="nothing sent"),
    Row("api-factual-checks-detail", api(of_baltic), places.running),
    Row("api-factual-checks-end", api({**reviews, "sam": 400, "quinn": 400}), places.running, method="post",
        note="nothing sent"),
    Row("api-factual-checks-extend", api({**reviews, "sam": 400, "quinn": 400}), places.running, method="post",
        note="nothing sent"),
    Row("api-clauses-list", api(listed)),
]  # fmt: skip
ROWS = [*PAGES, *API]
