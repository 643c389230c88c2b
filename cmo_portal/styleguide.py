"""The style guide: every component in every state on one page, for people who build pages and for the browser tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse

from cmo_portal.lib.charts import Inspection, Lane, Plan
from cmo_portal.lib.pages import render_page

TODAY = date(2026, 11, 23)


class ActionForm(forms.Form):
    """A form with each kind of field."""

    due_date = forms.DateField(
        label="Due date",
        error_messages={
            "required": "Enter the date the CAPA action is due, like 18 12 2026",
            "invalid": "Enter the date the CAPA action is due, like 18 12 2026",
        },
    )
    owner = forms.ChoiceField(
        choices=[("", "Choose a person"), ("pat", "Pat Lindner"), ("uwe", "Uwe Brandt")],
        error_messages={"required": "Choose who owns the action"},
    )
    action = forms.CharField(
        help_text="What will change, in one sentence", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    severity = forms.ChoiceField(
        choices=[("critical", "Critical"), ("major", "Major"), ("minor", "Minor")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how severe it is"},
    )
    told = forms.BooleanField(
        label="The site head knows about it", error_messages={"required": "Tell the site head first"}
    )


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page itself; a POST checks the sample form, so that the swap of a form with errors can be tried."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    form = ActionForm(request.POST) if request.method == "POST" else ActionForm(initial={"severity": "major"})
    context = samples() | {"form": form, "saved": request.method == "POST" and form.is_valid()}
    return render_page(request, "styleguide.html", "_styleguide_form.html", context)


def samples() -> dict[str, Any]:
    """Made-up values; none of them stands for a real company."""
    return {
        "guide_today": TODAY,
        "deadlines": [TODAY - timedelta(days=3), TODAY, TODAY + timedelta(days=2), TODAY + timedelta(days=25)],
        "met_on": TODAY - timedelta(days=2),
        "cells": [(0, 0, 1, 0), (1, 1, 2, 1), (2, 2, 3, 2), (3, 3, 4, 3), (4, 2, 4, 4), (5, 4, 5, 5), (None, 0, 0, 0)],
        "ranking": [
            ("Baltic Fill-Finish", 84.3, 0),
            ("Alpenglow Pharma Services", 79.6, 1),
            ("Corvus Sterile", 66.1, -1),
        ],
        "stacks": [
            ("Baltic Fill-Finish", [25.2, 19.4, 13.1, 17.4, 9.2]),
            ("Corvus Sterile", [18.0, 17.2, 9.9, 18.4, 2.6]),
        ],
        "groups": ["Capability", "Capacity", "Availability", "Regulatory", "Price"],
        "bands": [("Capability", 30, 8, 60, "No change"), ("Capacity", 20, 0, 25, "Alpenglow above 25 %")],
        "heat": [("Baltic Fill-Finish", [79, 17, 4, 0.2]), ("Alpenglow Pharma Services", [19, 61, 15, 5])],
        "matrix": [
            ("Aseptic line fit", [5, 4, 3]),
            ("Lyophilisation", [4, None, 2]),
            ("Inspection outcomes", [3, 5, 4]),
        ],
        "trend": [94, 95, 93, 96, 92, 91, 93, 90, 91, 92, 90, 91],
        "lanes": lanes(),
        "timeline_start": date(2020, 1, 1),
        "timeline_end": date(2027, 6, 1),
        "plans": plans(),
        "work": work_items(),
        "filters": [
            {"label": "Open", "url": "?state=open", "count": 14, "current": True},
            {"label": "Late", "url": "?state=late", "count": 2, "current": False},
            {"label": "Closed", "url": "?state=closed", "count": "1,000+", "current": False},
        ],
        "tabs": [
            {"label": "Brief", "url": "#brief", "count": None, "current": False},
            {"label": "Candidates", "url": "#candidates", "count": 5, "current": False},
            {"label": "Scores", "url": "#scores", "count": None, "current": True},
        ],
        "crumbs": [("Selections", "#selections"), ("SEL-2026-7K3QD", "")],
        "page": {"text": "25 findings, more follow", "previous_url": "", "next_url": "?after=25"},
    }


def lanes() -> list[Lane]:
    """Three sites; the first had an OAI that was open for a year."""
    cork = [
        Inspection(date(2020, 6, 14), "NAI", "HPRA NAI"),
        Inspection(date(2021, 10, 20), "VAI", "FDA VAI"),
        Inspection(date(2024, 3, 14), "OAI", "FDA OAI"),
        Inspection(date(2025, 5, 8), "VAI", "FDA VAI"),
        Inspection(date(2026, 5, 27), "NAI", "HPRA NAI"),
    ]
    lab = [Inspection(date(2021, 10, 20), "NAI", "FDA NAI"), Inspection(date(2026, 5, 27), "", "HPRA")]
    return [Lane("Linz DP1", cork, [(date(2024, 3, 14), date(2025, 5, 8))]), Lane("Linz QC", lab)]


def plans() -> list[Plan]:
    """Two audits of the next eight weeks."""
    return [
        Plan(date(2026, 11, 23), date(2026, 12, 1), date(2026, 12, 3), date(2027, 1, 2), "1–3 Dec"),
        Plan(date(2026, 12, 29), date(2027, 1, 12), date(2027, 1, 14), date(2027, 2, 13), "12–14 Jan"),
    ]


def work_items() -> list[dict[str, Any]]:
    """A work list with one late row and one that is not."""
    late = {
        "icon": "triangle-alert",
        "kind": "bad",
        "title": "CAPA response missing: glove integrity trend",
        "verb": "Send reminder",
    }
    soon = {"icon": "file-check", "kind": "", "title": "Review the response to F-02", "verb": "Review"}
    return [
        late | {"url": "#one", "meta": "Alpenglow Pharma Services · F-01 Major", "due": TODAY - timedelta(days=3)},
        soon
        | {"url": "#two", "meta": "Baltic Fill-Finish · Major · plan has 4 actions", "due": TODAY + timedelta(days=2)},
    ]
