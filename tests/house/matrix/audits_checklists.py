"""Who gets what at checklists and the conduct screen. Nobody of a CMO finds anything, no inspector a draft."""

from __future__ import annotations

from typing import Any

from tests.conduct import places
from tests.house.matrix import PARTNER, Row, answers

READERS = ("quinn", "eva", "tom", "priya", "ines")
DRAFTS = ("sam", "quinn", "leo")
OTHERS = ("eva", "tom", "priya", "ines", "ada")

listed = answers(ok=("sam", "leo", *READERS, "otto"), forbidden=("ada",), hidden=PARTNER)
drafted = answers(
    ok=("sam", "quinn", "leo"), forbidden=("ada",), hidden=("eva", "tom", "priya", "ines", "otto", *PARTNER)
)
seen = answers(ok=("sam", "leo", *READERS), forbidden=("ada",), hidden=("otto", *PARTNER))
writes = answers(ok=("sam", "leo"), forbidden=(*READERS, "ada", "otto"), hidden=PARTNER)
sends = {**writes, "sam": 302, "leo": 302}
drafts = answers(ok=DRAFTS, forbidden=OTHERS, hidden=("otto", *PARTNER))
auditors = answers(ok=("leo",), forbidden=("sam", "quinn", "otto", *OTHERS), hidden=PARTNER)


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def page(name: str, given: dict[str, int], args: Any = list, **more: Any) -> Row:
    return Row(f"audits:{name}", given, args, **more)


PAGES = [
    page("template-list", listed),
    page("library", listed),
    page("template-create", writes),
    page("template-detail", seen, places.published),
    page("template-detail", drafted, places.draft, note="a draft"),
    page("template-edit", writes, places.draft),
    page("template-move", writes, places.to_publish),
    page("template-next", {**sends, "leo": 409}, places.testing, method="post", note="one draft at a time"),
    page("question-create", writes, places.draft),
    page("question-edit", writes, places.question),
    page("question-remove", sends, places.question, method="post"),
    page("question-restore", sends, places.removed, method="post"),
    page("question-place", sends, places.question, method="post", body={"step": "down"}),
    page("audit-checklist", drafts, places.audit),
    page("checklist-put", writes, places.audit),
    page("item-create", writes, places.audit),
    page("item-detail", drafts, places.item),
    page("item-answer", auditors, places.item),
    page("item-finding", auditors, places.item),
    page("item-remove", writes, places.open_item),
    page("note-create", auditors, places.audit),
    page("note-detail", drafts, places.note),
    page("conduct", drafts, places.audit),
    page("conduct-data", drafts, places.audit),
    page(
        "conduct-send",
        {**drafts, **dict.fromkeys(DRAFTS, 409)},
        places.audit,
        method="post",
        note="nothing of theirs",
    ),
    page("conduct-worker", dict.fromkeys(drafts, 200) | {"": 302}),
]

ITEM = {"code": "X-1", "system": "quality", "topic": "t", "question": "q"}
API = [
    Row("api-checklist-templates-list", api(listed)),
    Row(
        "api-checklist-templates-list",
        api(writes, sam=201, leo=201),
        method="post",
        body={"name": "Mine"},
        note="begin",
    ),
    Row("api-checklist-templates-detail", api(drafted), places.draft),
    Row(
        "api-checklist-templates-detail", api(writes), places.draft, method="patch", body={"purpose": "p"}, note="name"
    ),
    Row("api-checklist-templates-transitions", api(drafted), places.draft),
    Row(
        "api-checklist-templates-transitions",
        api({person: 400 if status == 200 else status for person, status in drafted.items()}),
        places.draft,
        method="post",
        body={"name": "nothing"},
        note="unknown move",
    ),
    Row("api-checklist-templates-questions", api(drafted), places.draft),
    Row(
        "api-checklist-templates-questions",
        api(writes, sam=201, leo=400),
        places.draft,
        method="post",
        body=ITEM,
        note="add; the same code twice is refused",
    ),
    Row("api-checklist-templates-copy", api(writes), places.draft, method="post", body={"codes": ["none"]}),
    Row("api-checklist-templates-next-edition", api(writes, sam=201, leo=409), places.testing, method="post"),
    Row("api-checklist-items-list", api(answers(ok=(*DRAFTS, "otto"), forbidden=OTHERS, hidden=PARTNER))),
    Row(
        "api-checklist-items-list",
        api(writes, sam=400, leo=400),
        method="post",
        body=ITEM,
        note="add; without an audit",
    ),
    Row("api-checklist-items-detail", api(drafts), places.item),
    Row("api-checklist-items-put-on-audit", api(writes, sam=400, leo=400), method="post", note="without an audit"),
    Row(
        "api-checklist-items-answered",
        api(auditors, leo=400),
        places.open_item,
        method="post",
        body={"answer": "yes"},
        note="answer; without the version that was read",
    ),
    Row(
        "api-checklist-items-remove",
        api(writes, sam=400, leo=400),
        places.open_item,
        method="post",
        note="nothing sent",
    ),
    Row("api-scribe-notes-list", api(answers(ok=(*DRAFTS, "otto"), forbidden=OTHERS, hidden=PARTNER))),
    Row("api-scribe-notes-list", api(auditors, leo=400), method="post", body={"text": "t"}, note="without an audit"),
    Row("api-scribe-notes-detail", api(drafts), places.note),
]

ROWS = [*PAGES, *API]
