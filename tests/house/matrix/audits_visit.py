"""Who gets what around the visits: agenda, letter, documents asked for, meetings, what was not seen."""

from __future__ import annotations

from typing import Any

from tests.conduct import visit_places as places
from tests.house.matrix import Row, answers

READERS = ("quinn", "eva", "tom", "priya", "ines")
ALL = ("sam", "leo", *READERS)

listed = answers(ok=(*ALL, "otto", "pat", "uwe", "bea"), forbidden=("ada",))
seen = answers(ok=(*ALL, "pat", "uwe"), forbidden=("ada",), hidden=("otto", "bea"))
planned = answers(ok=("sam", "leo"), forbidden=(*READERS, "ada", "otto"), hidden=("pat", "uwe", "bea"))
conducted = answers(ok=("leo",), forbidden=("sam", *READERS, "ada", "otto"), hidden=("pat", "uwe", "bea"))
answered = answers(ok=("pat",), forbidden=("uwe",), hidden=(*ALL, "ada", "otto", "bea"))
drafts = answers(
    ok=("sam", "leo", "quinn"), forbidden=("eva", "tom", "priya", "ines", "ada"), hidden=("otto", "pat", "uwe", "bea")
)
drafts_list = {**drafts, "otto": 200}


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def page(name: str, given: dict[str, int], args: Any, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


def sent(row: dict[str, int]) -> dict[str, int]:
    """The same where a POST is answered by going on."""
    return {person: 302 if status == 200 else status for person, status in row.items()}


PAGES = [
    page("audit-requests", seen, places.notified),
    page("audit-letter", seen, places.notified),
    page("agenda-create", planned, places.notified),
    page("agenda-edit", planned, places.agenda_item),
    # Sam asks first, and then the line is gone.
    page("agenda-remove", {**sent(planned), "leo": 404}, places.agenda_item, method="post"),
    page("request-create", planned, places.notified),
    page("request-usual", planned, places.notified),
    page("request-detail", seen, places.card),
    page("request-edit", planned, places.card),
    page("request-note", answered, places.card),
    page(
        "request-move",
        {**answered, "ada": 403},
        lambda: [*places.card(), "prepare"],
    ),
    page("audit-meetings", seen, places.running),
    page("meeting-create", conducted, places.running),
    page("meeting-edit", conducted, places.meeting),
    page("attendance-create", conducted, places.meeting),
    page("attendance-remove", sent(conducted), places.attendance, method="post"),
    page("gap-create", conducted, places.running),
    page("gap-edit", conducted, places.gap),
    page("gap-remove", conducted, places.gap),
]
may_plan = api({**planned, "sam": 400, "leo": 400, "otto": 403})
may_conduct = api({**conducted, "leo": 400})
revise_card = api({**seen, **dict.fromkeys(("quinn", "eva", "tom", "priya", "ines", "uwe", "otto"), 403), "bea": 404})
API = [
    Row("api-document-requests-list", api(listed)),
    Row("api-document-requests-list", may_plan, method="post", note="nothing sent"),
    Row("api-document-requests-detail", api(seen), places.card),
    Row("api-document-requests-detail", revise_card, places.card, method="patch"),
    Row("api-document-requests-transitions", api(seen), places.card),
    Row(
        "api-document-requests-transitions",
        api({**dict.fromkeys(seen, 403), "pat": 200, "otto": 404, "bea": 404}),
        places.card,
        method="post",
        body={"name": "prepare"},
        note="prepare",
    ),
    Row("api-agenda-items-list", api(listed)),
    Row("api-agenda-items-list", may_plan, method="post", note="nothing sent"),
    Row("api-agenda-items-detail", api(seen), places.agenda_item),
    Row("api-agenda-items-detail", api(planned), places.agenda_item, method="patch"),
    # Sam asks first, and then the line is gone.
    Row("api-agenda-items-remove", api(planned, leo=404), places.agenda_item, method="post"),
    Row("api-audit-meetings-list", api(listed)),
    Row("api-audit-meetings-list", may_conduct, method="post", note="nothing sent"),
    Row("api-audit-meetings-detail", api(seen), places.meeting),
    Row("api-audit-meetings-detail", api(conducted), places.meeting, method="patch"),
    Row("api-audit-meetings-remove-attendance", may_conduct, places.meeting, method="post", note="nothing sent"),
    Row("api-audit-gaps-list", api(drafts_list)),
    Row("api-audit-gaps-list", may_conduct, method="post", note="nothing sent"),
    Row("api-audit-gaps-detail", api(drafts), places.gap),
    Row("api-audit-gaps-detail", api(conducted), places.gap, method="patch"),
    Row("api-audit-gaps-remove", may_conduct, places.gap, method="post", note="nothing sent"),
]
ROWS = [*PAGES, *API]
