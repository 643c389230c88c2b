"""Who gets what at the addresses of the audit programme: audits, teams, dates, plans, intervals, events, auditors.

Alpenglow (pat, uwe) reads audits of its sites once dates are offered or it is notified; Baltic (bea) reads none of
them, Otter (otto) none of Northgate's. Who reads no drafts (eva, tom, priya, ines) reads notified audits, approved
plans, intervals in force and decided events. Lists answer everybody who may look at all, with what is theirs;
what steers the programme (plans, intervals, events, auditors, limits) is no page of a CMO.
"""

from __future__ import annotations

from typing import Any

from tests.house.matrix import Row, answers
from tests.programme import places
from tests.supply import places as supply_places

DRAFTERS = ("sam", "quinn", "leo")
READERS = ("eva", "tom", "priya", "ines")
ALPENGLOW = ("pat", "uwe")

listed = answers(ok=(*DRAFTERS, *READERS, *ALPENGLOW, "bea", "otto"), forbidden=("ada",))
ours = answers(ok=(*DRAFTERS, *READERS, "otto"), forbidden=("ada",), hidden=(*ALPENGLOW, "bea"))
# An audit that the CMO was notified of, one that is still planned, and a sponsor's own row that is issued or draft.
notified = answers(ok=(*DRAFTERS, *READERS, *ALPENGLOW), forbidden=("ada",), hidden=("bea", "otto"))
of_sponsor = answers(ok=(*DRAFTERS, *READERS), forbidden=("ada",), hidden=(*ALPENGLOW, "bea", "otto"))
draft = answers(ok=DRAFTERS, forbidden=("ada",), hidden=(*READERS, *ALPENGLOW, "bea", "otto"))
history = answers(ok=(*DRAFTERS, *READERS), forbidden=("ada",), hidden=("otto", *ALPENGLOW, "bea"))
planner = answers(
    ok=("sam", "leo"), forbidden=("quinn", *READERS, "ada", "otto"), hidden=(*ALPENGLOW, "bea")
)  # whoever may not plan is refused before anything is looked up
planner_move = answers(ok=("sam", "leo"), forbidden=("quinn", *READERS, "ada"), hidden=(*ALPENGLOW, "bea", "otto"))
planner_draft_move = answers(
    ok=("sam", "leo"), forbidden=("quinn", "ada"), hidden=(*READERS, *ALPENGLOW, "bea", "otto")
)
planner_own_move = answers(ok=("sam", "leo"), forbidden=("quinn", *READERS, "ada"), hidden=(*ALPENGLOW, "bea", "otto"))
quality_move = answers(ok=("quinn",), forbidden=("sam", "leo", *READERS, "ada"), hidden=(*ALPENGLOW, "bea", "otto"))
quality_draft_move = answers(
    ok=("quinn",), forbidden=("sam", "leo", "ada"), hidden=(*READERS, *ALPENGLOW, "bea", "otto")
)
proposer = answers(ok=("sam", "quinn"), forbidden=("leo", *READERS, "ada"), hidden=("otto", *ALPENGLOW, "bea"))
sends = {person: 302 if status == 200 else status for person, status in planner.items()}


def page(name: str, given: dict[str, int], args: Any = list, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


NOTIFIED, PLANNED = places.of_key("notified"), places.of_key("planned")
PAGES = [
    page("audit-list", listed),
    page("audit-calendar", listed),
    page("audit-export", listed, lambda: ["csv"]),
    page("audit-create", planner),
    page("audit-detail", notified, NOTIFIED, note="notified"),
    page("audit-detail", draft, PLANNED, note="planned"),
    page("audit-detail", draft, places.of_key("proposed"), note="proposed"),
    page(
        "audit-detail",
        answers(ok=("otto", *ALPENGLOW), forbidden=("ada",), hidden=(*DRAFTERS, *READERS, "bea")),
        places.of_key("otter_follow_up"),
        note="Otter's",
    ),
    page("audit-team", notified, NOTIFIED),
    page("audit-history", history, NOTIFIED),
    page("audit-edit", planner, NOTIFIED),
    page("audit-schedule", planner, NOTIFIED),
    page("audit-move", planner_move, places.move("notified", "cancel")),
    page("audit-move", planner_draft_move, places.move("planned", "notify"), note="planned"),
    page("member-create", planner, NOTIFIED),
    page("member-edit", planner, places.member),
    page("member-remove", planner, places.member),
    page(
        "independence-edit",
        answers(
            ok=("eva",),
            forbidden=("sam", "quinn", "leo", "tom", "priya", "ines", "ada", *ALPENGLOW),
            hidden=("bea", "otto"),
        ),
        places.member,
    ),
    page(
        "independence-edit",
        answers(ok=("sam", "leo"), forbidden=("quinn", *READERS, "ada", *ALPENGLOW), hidden=("bea", "otto")),
        places.outsider,
        note="of somebody from outside",
    ),
    page(
        "conflict-clear",
        answers(ok=("quinn",), forbidden=("sam", "leo", *READERS, "ada"), hidden=("otto", *ALPENGLOW, "bea")),
        places.tied,
    ),
    page(
        "slot-create",
        answers(ok=("sam", "leo", "pat"), forbidden=("quinn", *READERS, "ada", "uwe"), hidden=("bea", "otto")),
        NOTIFIED,
    ),
    page(
        "slot-answer",
        answers(ok=("pat",), forbidden=(*DRAFTERS, *READERS, "ada", "uwe"), hidden=("bea", "otto")),
        places.offered,
    ),
    page(
        "slot-withdraw",
        answers(ok=("sam", "leo"), forbidden=("quinn", *READERS, "ada", *ALPENGLOW), hidden=("bea", "otto")),
        places.offered,
    ),
    page("plan-list", ours),
    page("plan-create", planner),
    page("plan-detail", of_sponsor, places.approved_plan, note="approved"),
    page("plan-detail", draft, places.draft_plan, note="draft"),
    page("plan-edit", planner, places.draft_plan),
    page("plan-add", {**sends, "otto": 403}, places.draft_plan, method="post"),
    page("plan-remove", planner, places.plan_line),
    page("plan-move", planner_own_move, lambda: [*places.approved_plan(), "reopen"]),
    page("plan-export", of_sponsor, lambda: [*places.approved_plan(), "csv"]),
    page("interval-list", ours),
    page("interval-detail", of_sponsor, places.interval),
    page("interval-move", quality_move, lambda: [*places.interval(), "accept"]),
    page("interval-refresh", sends, places.site, method="post"),
    page("trigger-list", ours),
    page("trigger-create", planner),
    page("trigger-detail", draft, places.event),
    page("trigger-answer", planner, places.event),
    page("trigger-move", planner_draft_move, lambda: [*places.event(), "dismiss"]),
    page("auditor-list", ours),
    page(
        "auditor-create",
        answers(ok=("sam", "quinn", "otto"), forbidden=("leo", *READERS, "ada"), hidden=(*ALPENGLOW, "bea")),
    ),
    page("auditor-detail", of_sponsor, places.auditor, note="qualified"),
    page("auditor-detail", draft, places.proposed_auditor, note="proposed"),
    page("auditor-edit", proposer, places.auditor),
    page("auditor-move", quality_move, lambda: [*places.auditor(), "suspend"]),
    page("auditor-move", quality_draft_move, lambda: [*places.proposed_auditor(), "qualify"], note="proposed"),
    page("limit-list", ours),
    page("limit-edit", planner),
    page("agreement-limits", planner, supply_places.agreement),
    page(
        "site-audits",
        answers(ok=(*DRAFTERS, *READERS, *ALPENGLOW), forbidden=("ada",), hidden=("bea", "otto")),
        places.site,
    ),
    page(
        "cmo-audits",
        answers(ok=(*DRAFTERS, *READERS, *ALPENGLOW), forbidden=("ada",), hidden=("bea", "otto")),
        places.cmo,
    ),
]

READ = (
    ("audits", NOTIFIED, notified),
    ("audit-slots", places.offered, notified),
    ("audit-plans", places.approved_plan, of_sponsor),
    ("audit-intervals", places.interval, of_sponsor),
    ("audit-triggers", places.event, draft),
    ("auditors", places.auditor, of_sponsor),
    ("audit-team-members", places.member, of_sponsor),
    ("audit-limits", places.own_limits, of_sponsor),
    ("agreement-limits", places.agreed_limits, of_sponsor),
)
BOTH_SIDES = ("audits", "audit-slots")  # what steers the programme is no address of a CMO, not even an empty list
may_plan = api({**planner, "sam": 400, "leo": 400})
may_change = api(planner)
LIMITS = ("audit-limits", "agreement-limits")
may_set = api({**planner, "sam": 400, "leo": 400})
may_propose = api(
    {**answers(forbidden=("leo", *READERS, "ada"), hidden=(*ALPENGLOW, "bea"), sam=400, quinn=400, otto=400)}
)
API = [
    *(Row(f"api-{name}-list", api(listed if name in BOTH_SIDES else ours)) for name, _place, _given in READ),
    *(Row(f"api-{name}-detail", api(given), place) for name, place, given in READ),
    Row("api-audits-detail", api(draft), PLANNED, note="planned"),
    Row("api-audits-list", may_plan, method="post", note="nothing sent"),
    Row("api-audits-detail", may_change, NOTIFIED, method="patch"),
    Row("api-audits-schedule", may_plan, NOTIFIED, method="post", note="no reason"),
    Row("api-audits-team", api(notified), NOTIFIED),
    Row("api-audits-transitions", api(notified), NOTIFIED),
    Row(
        "api-audits-transitions",
        api({**notified, **dict.fromkeys((*DRAFTERS, *READERS, *ALPENGLOW), 403), "sam": 409, "leo": 409}),
        NOTIFIED,
        method="post",
        body={"name": "cancel"},
        note="cancel without a reason",
    ),
    Row(
        "api-audit-slots-list",
        api({**dict.fromkeys(listed, 400), "ada": 403}),
        method="post",
        note="nothing sent; who may offer is asked once the audit is found",
    ),
    Row(
        "api-audit-slots-answer-offer",
        api({**answers(forbidden=(*DRAFTERS, *READERS, "ada", "uwe"), hidden=("bea", "otto"), pat=400)}),
        places.offered,
        method="post",
        note="nothing sent",
    ),
    Row(
        "api-audit-slots-withdraw",
        api(
            {**answers(forbidden=("quinn", *READERS, "ada", "uwe"), hidden=("bea", "otto"), sam=400, leo=400, pat=400)}
        ),
        places.offered,
        method="post",
        note="nothing sent",
    ),
    Row("api-audit-team-members-list", may_plan, method="post", note="nothing sent"),
    Row("api-audit-team-members-detail", may_change, places.member, method="patch"),
    Row("api-audit-team-members-remove", may_plan, places.member, method="post", note="nothing sent"),
    Row(
        "api-audit-team-members-declare",
        api({person: 403 if status == 200 else status for person, status in of_sponsor.items()}, eva=400),
        places.member,
        method="post",
        note="nothing sent",
    ),
    Row(
        "api-audit-team-members-clear",
        api({**quality_move, "quinn": 400}),
        places.tied,
        method="post",
        note="nothing sent",
    ),
    Row("api-audit-plans-list", may_plan, method="post", note="nothing sent"),
    Row("api-audit-plans-detail", may_change, places.draft_plan, method="patch"),
    Row("api-audit-plans-add", may_plan, places.draft_plan, method="post", note="nothing sent"),
    Row("api-audit-plans-remove", may_plan, places.draft_plan, method="post", note="nothing sent"),
    Row("api-audit-plans-transitions", api(of_sponsor), places.approved_plan),
    Row("api-audit-intervals-refresh", may_plan, method="post", note="nothing sent"),
    Row("api-audit-intervals-transitions", api(of_sponsor), places.interval),
    Row("api-audit-triggers-list", may_plan, method="post", note="nothing sent"),
    Row(
        "api-audit-triggers-plan-audit",
        may_plan,
        places.event,
        method="post",
        body={"type": "unknown"},
        note="unknown type",
    ),
    Row("api-audit-triggers-transitions", api(draft), places.event),
    Row("api-audit-limits-in-force", api(ours)),
    *(Row(f"api-{name}-list", may_plan, method="post", note="nothing sent") for name in LIMITS),
    Row("api-audit-limits-detail", may_set, places.own_limits, method="patch", note="nothing sent"),
    Row("api-agreement-limits-detail", may_set, places.agreed_limits, method="patch", note="nothing sent"),
    Row("api-auditors-list", may_propose, method="post", note="nothing sent"),
    Row("api-auditors-detail", api(proposer), places.auditor, method="patch"),
    Row("api-auditors-transitions", api(of_sponsor), places.auditor),
]
# A move that does not exist, asked by everybody who may look: each move's own right is proved in tests/programme.
API += [
    Row(
        f"api-{name}-transitions",
        api({person: 400 if status == 200 else status for person, status in seen_by.items()}),
        place,
        method="post",
        body={"name": "nothing"},
        note="unknown move",
    )
    for name, seen_by, place in (
        ("audit-plans", of_sponsor, places.approved_plan),
        ("audit-intervals", of_sponsor, places.interval),
        ("audit-triggers", draft, places.event),
        ("auditors", of_sponsor, places.auditor),
    )
]
ROWS = [*PAGES, *API]
