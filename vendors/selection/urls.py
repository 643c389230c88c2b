"""Addresses of selections."""

from django.urls import path

from vendors.selection import evidence_views, result_views, score_views, setup_views, views

ONE = "selections/<slug:number>/"
CELL = "<slug:criterion>/<slug:candidate>/"

urlpatterns = [
    path("selections/", views.selection_list, name="selection-list"),
    path("selections/new/", views.selection_create, name="selection-create"),
    path("selections/export/<slug:kind>/", views.selection_export, name="selection-export"),
    path(ONE, views.selection_detail, name="selection-detail"),
    path(f"{ONE}edit/", views.selection_edit, name="selection-edit"),
    path(f"{ONE}moves/<slug:move>/", views.selection_move, name="selection-move"),
    path(f"{ONE}history/", views.selection_history, name="selection-history"),
    path(f"{ONE}candidates/", setup_views.selection_candidates, name="selection-candidates"),
    path(f"{ONE}candidates/add/", setup_views.candidate_add, name="candidate-add"),
    path(f"{ONE}candidates/<slug:candidate>/withdraw/", setup_views.candidate_withdraw, name="candidate-withdraw"),
    path(f"{ONE}candidates/<slug:candidate>/return/", setup_views.candidate_return, name="candidate-return"),
    path(f"{ONE}panel/", setup_views.selection_panel, name="selection-panel"),
    path(f"{ONE}panel/<slug:member>/remove/", setup_views.panel_unseat, name="panel-unseat"),
    path(f"{ONE}criteria/", setup_views.selection_criteria, name="selection-criteria"),
    path(f"{ONE}criteria/template/", setup_views.criteria_plant, name="criteria-plant"),
    path(f"{ONE}criteria/new/", setup_views.criterion_create, name="criterion-create"),
    path(f"{ONE}criteria/weights/", setup_views.criteria_weigh, name="criteria-weigh"),
    path(f"{ONE}criteria/<slug:criterion>/edit/", setup_views.criterion_edit, name="criterion-edit"),
    path(f"{ONE}criteria/<slug:criterion>/retire/", setup_views.criterion_retire, name="criterion-retire"),
    path(f"{ONE}scores/", score_views.selection_scores, name="selection-scores"),
    path(f"{ONE}scores/submit/", score_views.scores_submit, name="scores-submit"),
    path(f"{ONE}scores/take-back/", score_views.scores_take_back, name="scores-take-back"),
    path(f"{ONE}marks/{CELL}", score_views.mark_give, name="mark-give"),
    path(f"{ONE}cells/{CELL}", score_views.cell_detail, name="selection-cell"),
    path(f"{ONE}cells/{CELL}why/", score_views.mark_explain, name="mark-explain"),
    path(f"{ONE}cells/{CELL}evidence/", evidence_views.evidence_add, name="evidence-add"),
    path(f"{ONE}cells/{CELL}number/", score_views.reading_set, name="reading-set"),
    path(f"{ONE}evidence/<slug:evidence>/", evidence_views.evidence_open, name="evidence-open"),
    path(f"{ONE}evidence/<slug:evidence>/remove/", evidence_views.evidence_retire, name="evidence-retire"),
    path(f"{ONE}result/", result_views.selection_result, name="selection-result"),
    path(f"{ONE}result/<slug:candidate>/", result_views.result_candidate, name="result-candidate"),
]
