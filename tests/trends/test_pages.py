"""The page, its lists, files and sections: every number opens what it counts; who has no right learns nothing."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.urls import resolve, reverse

from audits.findings.filters import FindingListFilter
from audits.findings.models import Finding
from audits.programme.limits import limits_of
from audits.trends.forms import TrendForm
from audits.trends.step_list import rows_of
from audits.trends.steps import STEPS
from cmo_portal.records.trail import TrailEvent
from tests.trends.makers import a_finding, a_link, a_site, ago, an_audit
from vendors.registry.models import Site, Vendor

pytestmark = pytest.mark.django_db
PAGE = "/audit-trends/"
FIGURE = re.compile(r'<td class="n"><a href="([^"]+)">([\d,]+)</a>')


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig") if answer.streaming else answer.content.decode()


def counted_at(address: str, reader: Any) -> int:
    """How many rows the list at `address` has."""
    path, _, query = address.partition("?")
    asked, match = QueryDict(query), resolve(path)
    if match.view_name == "audits:finding-list":
        filters = FindingListFilter(asked, queryset=Finding.objects.open_to(reader), reader=reader)
        assert filters.form.is_valid(), (address, filters.form.errors)
        return int(filters.qs.count())
    assert match.view_name == "audits:trend-step"
    form = TrendForm(asked, reader=reader)
    assert form.is_valid()
    show = asked.get("show", "")
    rows = rows_of(STEPS[match.kwargs["code"]], show, reader, form.asked, limits_of(reader.company))
    return int(rows.count())


@pytest.mark.parametrize("query", ["", "?from=2024-01-01&to=2026-06-30"])
def test_every_number_opens_the_list_of_exactly_what_it_counts(cast: Any, sign_in: Any, query: str) -> None:
    call_command("seed_scale", "--audits", "40", verbosity=0)
    figures = [
        (unescape(url), int(n.replace(",", ""))) for url, n in FIGURE.findall(text(sign_in("sam").get(PAGE + query)))
    ]
    steps = {resolve(url.partition("?")[0]).view_name for url, _ in figures}
    assert steps == {"audits:finding-list", "audits:trend-step"} and len(figures) > 80
    wrong = [(url, number, there) for url, number in figures if (there := counted_at(url, cast.sam)) != number]
    assert wrong == []


def test_numbers_of_one_cmo_open_lists_of_that_cmo(cast: Any, sign_in: Any) -> None:
    call_command("seed_scale", "--audits", "24", verbosity=0)
    cmo = Vendor.objects.filter(name__startswith="Scale Pharma").earliest("name")
    for address in (f"{PAGE}?cmo={cmo.number}", f"/cmos/{cmo.number}/audit-trends/"):
        figures = FIGURE.findall(text(sign_in("sam").get(address)))
        assert figures
        for url, number in figures:
            assert f"cmo={cmo.number}" in url
            assert counted_at(unescape(url), cast.sam) == int(number)


def test_lists_show_what_they_count_and_lead_to_the_record(cast: Any, sign_in: Any) -> None:
    site = a_site(cast.sam)
    finding = a_finding(cast.leo, an_audit(cast.leo, site))
    link = a_link(cast.leo, finding, received=ago(50), responded_date=ago(50), response_status="submitted", rounds=1)
    sam, query = sign_in("sam"), f"?site={site.number}"
    page = text(sam.get(f"{PAGE}steps/response/{query}"))
    assert link.get_absolute_url() in page and "Late" in page and "Trendwerk plant" in page
    assert link.get_absolute_url() in text(sam.get(f"{PAGE}steps/response/{query}&show=late"))
    assert "Nothing counts here" in text(sam.get(f"{PAGE}steps/response/{query}&show=kept"))
    assert finding.audit.get_absolute_url() in text(sam.get(f"{PAGE}steps/report/{query}&sort=longest"))
    assert link.get_absolute_url() in text(sam.get(f"{PAGE}steps/review/{query}&show=waiting"))
    assert sam.get(f"{PAGE}steps/nonsense/").status_code == 404
    assert sam.get(f"{PAGE}steps/report/?from=2026-02-01&to=2026-01-01").status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-05-01&to=2026-01-01", "To: The last day must not be before the first."),
        ("from=2015-01-01&to=2026-01-01", "To: Choose at most 5 years."),
        ("from=yesterday", "From: Enter a valid date."),
        ("cmo=CMO-2026-XXXXX", "CMO: Select a valid choice."),
    ],
)
def test_a_question_that_is_none_gets_a_sentence(sign_in: Any, query: str, words: str) -> None:
    answer = sign_in("sam").get(f"{PAGE}?{query}")
    assert answer.status_code == 422 and words in text(answer)
    answer = sign_in("sam").get(f"/api/v1/audit-trends/?{query}")
    assert answer.status_code == 400 and list(answer.json()["errors"]) == [words.partition(":")[0].lower()]


def test_where_nothing_was_issued_the_page_says_what_will_stand_here(cast: Any, sign_in: Any) -> None:
    site = a_site(cast.sam)
    an_audit(
        cast.leo, site, status="planned", notified_date=None, report_issued_date=None, start_date=None, end_date=None
    )
    page = text(sign_in("sam").get(f"{PAGE}?site={site.number}"))
    assert "Nothing was counted here" in page and "Show the last twelve months" in page
    assert "No report of an audit was issued" in text(sign_in("sam").get(f"/sites/{site.number}/audit-trends/"))


def test_another_sponsors_cmo_is_no_choice_and_no_page(cast: Any, sign_in: Any) -> None:
    site = a_site(cast.sam)
    a_finding(cast.leo, an_audit(cast.leo, site))
    otto = sign_in("otto")
    assert otto.get(f"{PAGE}?cmo={site.vendor.number}").status_code == 422
    assert otto.get(f"/cmos/{site.vendor.number}/audit-trends/").status_code == 404
    assert otto.get(f"/sites/{site.number}/audit-trends/").status_code == 404
    assert "Trendwerk" not in text(otto.get(PAGE))


def test_the_sections_stand_on_the_sponsors_pages_and_not_on_the_cmos(cast: Any, sign_in: Any) -> None:
    site = Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate")
    address = reverse("audits:site-trends", args=[site.number])
    assert address in text(sign_in("sam").get(f"/sites/{site.number}/"))
    assert reverse("audits:cmo-trends", args=[site.vendor.number]) in text(
        sign_in("sam").get(f"/cmos/{site.vendor.number}/")
    )
    assert address not in text(sign_in("pat").get(f"/sites/{site.number}/"))
    assert "/audit-trends/" not in text(sign_in("pat").get("/"))
    fragment = sign_in("sam").get(address, headers={"HX-Request": "true"})
    assert "<html" not in text(fragment) and "All trends" in text(fragment)


def test_the_file_holds_the_numbers_of_the_page_and_the_trail_keeps_who_took_it(cast: Any, sign_in: Any) -> None:
    call_command("seed_scale", "--audits", "24", verbosity=0)
    sam = sign_in("sam")
    rows = list(csv.DictReader(io.StringIO(text(sam.get(f"{PAGE}export/csv/")))))
    document = sam.get("/api/v1/audit-trends/").json()
    said = {(row["Part"], row["Of"], row["Measure"]): row["Value"] for row in rows}
    assert said["All findings", "", "Findings"] == str(document["findings"]["total"])
    for quarter in document["quarters"]:
        assert said["Quarter", quarter["name"], "Critical"] == str(quarter["critical"])
    for step in document["steps"]:
        assert said["Step", STEPS[step["step"]].label, "Done"] == str(step["done"])
    assert sam.get(f"{PAGE}export/xlsx/").status_code == 200
    assert sam.get(f"{PAGE}export/pdf/").status_code == 404
    taken = TrailEvent.objects.filter(action="trend.export", actor_ref=cast.sam.number).latest("at")
    assert taken.says["details"]["format"] == "xlsx" and taken.says["details"]["rows"] == len(rows)


def test_a_list_of_a_step_is_a_file_too(cast: Any, sign_in: Any) -> None:
    site = a_site(cast.sam)
    a_finding(cast.leo, an_audit(cast.leo, site))
    answer = sign_in("sam").get(f"{PAGE}steps/report/export/csv/?site={site.number}")
    rows = list(csv.DictReader(io.StringIO(text(answer))))
    assert [(row["Site"], row["Days"], row["Late"]) for row in rows] == [("Trendwerk plant", "25", "no")]
    assert sign_in("sam").get(f"{PAGE}steps/report/export/pdf/").status_code == 404


def test_the_api_says_what_the_page_says(cast: Any, sign_in: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    first = a_finding(cast.leo, audit, "F-01")
    a_finding(cast.leo, audit, "F-02", repeat_of=first, classification="critical")
    document = sign_in("eva").get(f"/api/v1/audit-trends/?site={site.number}").json()
    assert document["findings"] == {
        "critical": 1, "major": 1, "other": 0, "observation": 0, "positive": 0, "total": 2, "repeats": 1,
        "repeat_rate": 50.0,
    }  # fmt: skip
    assert document["clauses"] == [{"clause": "21 CFR 211.111", "title": "Time limits of production", "findings": 2}]
    assert document["sites"][0]["number"] == site.number
    report = next(row for row in document["steps"] if row["step"] == "report")
    assert report == {
        "step": "report", "side": "sponsor", "limit": "30 calendar days", "done": 1, "late": 0, "in_time": 100.0,
        "median_days": 25.0, "open_and_late": 0,
    }  # fmt: skip
