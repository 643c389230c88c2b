"""The list of findings and where else they are found: filters, export, views, tabs, search, and one finding's story."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audits.programme.models import Audit
from cmo_portal.records.trail import TrailEvent
from tests.findings import places
from tests.findings.makers import (
    checked,
    fresh,
    make_audit,
    make_finding,
    make_place,
    written,
)
from tests.findings.test_pages import text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def test_the_list_is_cut_down_by_every_question(sign_in: Any, cast: Any, audit: Audit) -> None:
    one = make_finding(cast, audit, title="Unicorn stable is not swept", system="facilities", classification="critical",
                       refs=[{"source": "EU GMP", "clause": "Annex 1, 4.15"}])  # fmt: skip
    leo = sign_in("leo")

    def found(**asked: str) -> bool:
        return "Unicorn stable" in text(leo.get(url("finding-list", **asked)))

    for asked, others in (
        ({"q": "unicorn"}, {"q": "dragon"}),
        ({"q": one.number}, {"q": "F-99"}),
        ({"status": "draft"}, {"status": "issued"}),
        ({"classification": "critical"}, {"classification": "none"}),
        ({"system": "facilities"}, {"system": "quality"}),
        ({"clause": "EU GMP Annex 1"}, {"clause": "EU GMP Annex 11"}),
        ({"clause": "annex 1"}, {"clause": "21 CFR 211.42"}),
        ({"site": audit.site.number}, {"site": places.site()[0]}),
        ({"cmo": audit.site.vendor.number}, {"audit": places.checked()[0]}),
        ({"audit": audit.number}, {"repeat": "yes"}),
        ({"repeat": "no"}, {"status": "open"}),
        ({"sort": "class"}, {"age": "30"}),
    ):
        assert found(**asked), asked
        assert not found(**others), others
    checked(cast, audit)
    row = fresh(one)
    written(row, cast.leo, status="issued", issued_date=timezone.localdate() - timedelta(days=31))
    assert found(age="30") and found(status="open") and not found(age="90")
    assert not found(issued_from=timezone.localdate().isoformat())


def test_a_clause_does_not_find_its_longer_neighbour(sign_in: Any, cast: Any, audit: Audit) -> None:
    make_finding(cast, audit, title="Unicorn", refs=[{"source": "21 CFR 211", "clause": "211.22(d)"}])
    leo = sign_in("leo")
    assert "Unicorn" in text(leo.get(url("finding-list", clause="21 CFR 211.22")))
    assert "Unicorn" not in text(leo.get(url("finding-list", clause="21 CFR 211.22(a)")))


def test_the_export_holds_what_the_list_shows_and_is_trailed(sign_in: Any, cast: Any) -> None:
    def rows(who: str, **asked: str) -> list[list[str]]:
        body = b"".join(sign_in(who).get(url("finding-export", "csv", **asked)).streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(body)))[1:]

    assert {row[4] for row in rows("leo", status="issued")} == {"Issued"}
    event = TrailEvent.objects.filter(action="finding.export").latest("at")
    assert event.says["details"]["filters"] == {"status": "issued"}
    assert {row[7] for row in rows("bea")} == {"Baltic Fill-Finish"}
    assert not any(row[4] == "Draft" for who in ("pat", "bea", "ines") for row in rows(who))
    assert sign_in("leo").get(url("finding-export", "pdf")).status_code == 404


def test_a_view_of_the_list_can_be_kept(sign_in: Any) -> None:
    page = text(sign_in("leo").get(url("finding-list", status="issued")))
    assert "Save this view" in page and "page=audits%3Afinding-list" in page


def test_tabs_of_cmo_and_site_show_their_findings_alone(sign_in: Any) -> None:
    leo = sign_in("leo")
    for name, place in (("cmo-findings", places.cmo), ("site-findings", places.site)):
        page = text(leo.get(url(name, *place())))
        assert "Media-fill intervention" in page and "Cartridges are not reconciled" not in page
    assert "Media-fill intervention" in text(sign_in("pat").get(url("site-findings", *places.site())))


def test_search_finds_findings_within_the_walls(sign_in: Any) -> None:
    def hits(who: str, words: str) -> str:
        return text(sign_in(who).get(f"/search/?q={words}"))

    assert "Media-fill intervention" in hits("leo", "media-fill")
    assert "Media-fill intervention" in hits("pat", "media-fill")
    for who in ("bea", "otto"):
        assert "Media-fill intervention" not in hits(who, "media-fill")
    assert "Chromatography sequences" in hits("leo", "chromatography")
    for who in ("pat", "ines", "eva"):
        assert "Chromatography sequences" not in hits(who, "chromatography")


def test_the_story_shows_both_sides_clocks_and_who_has_the_ball(sign_in: Any) -> None:
    (number,) = places.disputed()
    leo, bea = (
        text(sign_in("leo").get(url("finding-detail", number))),
        text(sign_in("bea").get(url("finding-detail", number))),
    )
    assert "We settle the disagreement" in leo and "Northgate Biopharma settle the disagreement" in bea
    assert "Baltic Fill-Finish</b> Facts checked" in leo and "You</b> Facts checked" in bea
