"""Evidence: a record of the candidate's site, picked and opened through its walls, or an address outside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.selection.places import address, candidate, leaf, scoring
from vendors.registry import site_actions
from vendors.registry.models import Certificate, Site
from vendors.registry.vocabulary import CertificateKind
from vendors.selection.evidence import picked, shelves, sources
from vendors.selection.models import Evidence

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> tuple[Any, Any, Any]:
    selection = scoring()
    return selection, leaf(selection), candidate(selection)


def certificate(site: Site, by: Any, reference: str = "CH-2026-88") -> Certificate:
    values = {"kind": CertificateKind.values[0], "authority": "Swissmedic", "reference": reference}
    return site_actions.add_certificate(site, by=by, issue_date=date(2026, 1, 5), **values)


def test_the_picker_offers_the_sites_own_records(cell: Any, cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    mine = certificate(stands.site, cast.sam)
    other = certificate(candidate(selection, 1).site, cast.sam, "FR-2026-11")
    client, url = sign_in("tom"), address("evidence-add", selection, node, stands)
    page = client.get(url).content.decode()
    assert f"vendors.certificate:{mine.number}" in page
    assert other.number not in page, "another candidate's records are no evidence here"
    found = client.get(url, {"q": "swissmédic 88"}, HTTP_HX_REQUEST="true").content.decode()
    assert found.lstrip().startswith('<div id="shelves"')
    assert mine.number in found
    assert "No record of this site answers" in client.get(url, {"q": "zzz"}).content.decode()


def test_a_picked_record_opens_and_only_for_who_may_read_it(cell: Any, cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    paper = certificate(stands.site, cast.sam)
    client, url = sign_in("tom"), address("evidence-add", selection, node, stands)
    reference = f"vendors.certificate:{paper.number}"
    assert client.post(url, {"record": reference}).status_code == 302
    piece = Evidence.objects.get(about_number=paper.number)
    assert (piece.kind, piece.about_type, piece.address) == ("record", "vendors.certificate", "")
    link = address("evidence-open", selection, piece)
    assert f'href="{link}"' in client.get(address("selection-cell", selection, node, stands)).content.decode()
    assert client.get(link)["Location"] == paper.get_absolute_url()
    for name, code in (("ines", 404), ("otto", 404), ("pat", 404), ("ada", 403)):
        assert sign_in(name).get(link).status_code == code, name


@pytest.mark.parametrize("reference", ["", "vendors.certificate:", "accounts.user:1", "vendors.site:X", "nonsense"])
def test_what_the_picker_would_not_offer_is_refused(reference: str, cell: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    before = Evidence.objects.count()
    answer = sign_in("tom").post(address("evidence-add", selection, node, stands), {"record": reference})
    assert answer.status_code == 422
    assert "Choose a record of this candidate" in answer.content.decode()
    assert Evidence.objects.count() == before


def test_another_candidates_record_is_refused(cell: Any, cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    other = certificate(candidate(selection, 1).site, cast.sam)
    body = {"record": f"vendors.certificate:{other.number}"}
    assert sign_in("tom").post(address("evidence-add", selection, node, stands), body).status_code == 422


def test_every_kind_of_record_is_picked_and_opened(cell: Any, cast: Any) -> None:
    """Over all candidates of the demo, so that each kind occurs."""
    seen = set()
    for stands in cell[0].candidates.select_related("site__vendor"):
        for shelf in shelves(stands.site, cast.tom, ""):
            piece = shelf.pieces[0]
            values = picked(stands.site, cast.tom, piece.reference)
            assert values["title"] == piece.title[:200]
            assert piece.url.startswith("/")
            seen.add(shelf.title)
    assert seen >= {"Certificates and licences", "Capabilities", "Capacity offers"}
    assert seen <= {source.title for source in sources}


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "/cmos/", "ftp://x"])
def test_an_address_outside_is_one_of_the_web(typed: str, cell: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    url = address("evidence-add", selection, node, stands)
    refused = sign_in("tom").post(url, {"title": "Report", "address": typed})
    assert refused.status_code == 422
    assert "begins with https://" in refused.content.decode()


def test_an_address_outside_is_kept_and_who_runs_the_selection_takes_it_away(cell: Any, sign_in: Any) -> None:
    selection, node, stands = cell
    url = address("evidence-add", selection, node, stands)
    body = {"title": "Report", "address": "https://example.org/report"}
    assert sign_in("tom").post(url, body).status_code == 302
    piece = Evidence.objects.get(title="Report")
    assert (piece.kind, piece.get_absolute_url()) == ("link", "https://example.org/report")
    remove = address("evidence-retire", selection, piece)
    assert remove in sign_in("sam").get(address("selection-cell", selection, node, stands)).content.decode()
    assert remove not in sign_in("priya").get(address("selection-cell", selection, node, stands)).content.decode()
    assert sign_in("sam").post(remove).status_code == 302


def test_the_picker_costs_the_same_at_3_and_at_300_records(
    cell: Any, cast: Any, sign_in: Any, query_count: Any
) -> None:
    selection, node, stands = cell
    client, url = sign_in("tom"), address("evidence-add", selection, node, stands)
    certificate(stands.site, cast.sam, "first")
    client.get(url)  # the session marks its first request
    query_count("selection", "evidence picker", lambda: client.get(url))
    for each in range(40):
        certificate(stands.site, cast.sam, f"R-{each}")
    answer = query_count("selection", "evidence picker", lambda: client.get(url))
    assert "more records: type a word of it" in answer.content.decode()
