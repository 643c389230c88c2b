"""Who gets what at the addresses of selections. A partner finds nothing; an inspector what is scored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.house.matrix import PARTNER, Row, answers
from tests.selection.places import candidate, draft, leaf, scored, scoring
from vendors.selection.models import Criterion, Evidence, Mark, PanelMember, Selection

EVALUATORS = ("quinn", "leo", "eva", "tom", "priya")
WORKERS = ("sam", *EVALUATORS)
PANEL = ("sam", "quinn", "eva", "tom", "priya")

listed = answers(ok=(*WORKERS, "ines", "otto"), forbidden=("ada",), hidden=PARTNER)
running = answers(ok=WORKERS, forbidden=("ada",), hidden=("ines", "otto", *PARTNER))
finished = answers(ok=(*WORKERS, "ines"), forbidden=("ada",), hidden=("otto", *PARTNER))
runner = answers(ok=("sam",), forbidden=(*EVALUATORS, "ines", "ada", "otto"), hidden=PARTNER)
runs = {**runner, "sam": 302}
history = answers(
    ok=("sam", "quinn", "leo"), forbidden=("eva", "tom", "priya", "ines", "ada"), hidden=("otto", *PARTNER)
)
# Eva has submitted already; Leo is not on the panel.
submitting = {**running, "eva": 302, "leo": 403}
marking = {**running, **dict.fromkeys(PANEL, 302), "leo": 403}


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def of(find: Callable[[], Selection], *more: Callable[[Selection], Any]) -> Callable[[], list[Any]]:
    """The number of a selection and of parts of it, asked when the test runs."""

    def found() -> list[Any]:
        selection = find()
        return [selection.number, *(part(selection).number for part in more)]

    return found


def part_of(find: Callable[[], Selection], part: Callable[[Selection], Any]) -> Callable[[], list[Any]]:
    return lambda: [part(find()).number]


def price(selection: Selection) -> Criterion:
    return leaf(selection, "Price per unit")


def group(selection: Selection) -> Criterion:
    return leaf(selection, "Capability")


def seat(selection: Selection) -> PanelMember:
    return PanelMember.objects.get(selection=selection, person__email__startswith="priya@")


def piece(selection: Selection) -> Evidence:
    return Evidence.objects.get(selection=selection, title="Quote")


def mark_of_eva(selection: Selection) -> Mark:
    found = Mark.objects.filter(selection=selection, evaluator__email__startswith="eva@").order_by("pk").first()
    assert found is not None
    return found


CELL = of(scoring, leaf, candidate)

ROWS = [
    Row("vendors:selection-list", listed),
    Row("vendors:selection-export", listed, lambda: ["csv"]),
    Row("vendors:selection-create", runner),
    Row("vendors:selection-detail", running, of(scoring)),
    Row("vendors:selection-detail", finished, of(scored), note="scored"),
    Row("vendors:selection-edit", runner, of(scoring)),
    Row("vendors:selection-move", runner, lambda: [scoring().number, "close"]),
    Row("vendors:selection-history", history, of(scoring)),
    Row("vendors:selection-candidates", running, of(scoring)),
    Row("vendors:candidate-add", {**runner, "sam": 404}, of(draft), "post"),
    Row("vendors:candidate-withdraw", runner, of(scoring, candidate)),
    Row("vendors:candidate-return", runs, of(scoring, candidate), "post"),
    Row("vendors:selection-panel", runner, of(scoring)),
    Row("vendors:panel-unseat", runner, of(scoring, seat)),
    Row("vendors:panel-unseat", runs, of(scoring, seat), "post", {"reason": "Works for the CMO now."}),
    Row("vendors:selection-criteria", running, of(scoring)),
    Row("vendors:criteria-plant", runs, of(draft), "post"),
    Row("vendors:criterion-create", runner, of(draft)),
    Row("vendors:criteria-weigh", runner, of(draft)),
    Row("vendors:criterion-edit", runner, of(draft, leaf)),
    Row("vendors:criterion-retire", runs, of(draft, group), "post"),
    Row("vendors:selection-scores", running, of(scoring)),
    Row("vendors:selection-scores", finished, of(scored), note="scored"),
    Row("vendors:scores-submit", submitting, of(scoring)),
    Row("vendors:scores-take-back", marking, of(scoring), "post"),
    Row("vendors:mark-give", running, CELL),
    Row("vendors:mark-give", {**marking, "eva": 409}, CELL, "post", {"mark": "3"}),
    Row("vendors:selection-cell", running, CELL),
    Row("vendors:mark-explain", {**marking, "eva": 409}, CELL, "post", {"comment": "Seen."}),
    Row("vendors:evidence-add", {**running, "leo": 403}, CELL),
    Row("vendors:reading-set", runner, of(scoring, price, candidate)),
    # A link has no record to open; whoever is not hidden from learns that there is none.
    Row("vendors:evidence-open", {**running, **dict.fromkeys(WORKERS, 404)}, of(scoring, piece)),
    # Sam takes it away first; then it is gone for everybody.
    Row(
        "vendors:evidence-retire",
        {**runs, **dict.fromkeys((*EVALUATORS, "ines", "otto"), 404)},
        of(scoring, piece),
        "post",
    ),
    Row("vendors:selection-result", running, of(scoring)),
    Row("vendors:selection-result", finished, of(scored), note="scored"),
    Row("vendors:result-candidate", finished, of(scored, candidate)),
    Row("api-selections-list", api(listed)),
    Row("api-selections-list", api(runner, sam=400), method="post"),
    Row("api-selections-detail", api(running), of(scoring)),
    Row("api-selections-detail", api(runner), of(scoring), "patch"),
    Row("api-selections-result", api(finished), of(scored)),
    Row("api-selections-transitions", api(running), of(scoring)),
    Row(
        "api-selections-transitions",
        api({**running, **dict.fromkeys(EVALUATORS, 403), "sam": 409}),
        of(scoring),
        "post",
        {"name": "open"},
    ),
    Row("api-criteria-list", api(listed)),
    Row("api-criteria-list", api(runner, sam=400), method="post"),
    Row("api-criteria-detail", api(running), part_of(scoring, leaf)),
    Row("api-criteria-detail", api(runner), part_of(draft, leaf), "patch"),
    Row("api-candidates-list", api(listed)),
    Row("api-candidates-list", api(runner, sam=400), method="post"),
    Row("api-candidates-detail", api(running), part_of(scoring, candidate)),
    Row("api-candidates-withdraw", api(runner, sam=400), part_of(scoring, candidate), "post"),
    Row("api-candidates-bring-back", api(runner), part_of(scoring, candidate), "post"),
    Row("api-scores-list", api(listed)),
    Row(
        "api-scores-list",
        api(dict.fromkeys((*WORKERS, "otto"), 400) | dict.fromkeys(("ines", "ada"), 403) | dict.fromkeys(PARTNER, 404)),
        method="post",
    ),
    Row("api-scores-detail", api(finished), part_of(scored, mark_of_eva)),
    Row(
        "api-analysis-list",
        api({**dict.fromkeys(listed, 400), "ada": 403, **dict.fromkeys(PARTNER, 404)}),
        method="post",
    ),
]
