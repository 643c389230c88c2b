"""Files on the pages of CMOs, sites and certificates: refused at the field, downloaded only, shared on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cmo_portal.records.actors import SETUP
from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.trail import TrailEvent
from vendors.registry.models import Certificate, Site, Vendor

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def upload(name: str = "report.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def add(client: Any, url: str, **values: Any) -> Any:
    return client.post(url, {"file": upload(), "readers": "internal"} | values)


@pytest.fixture(autouse=True)
def files_of_their_own(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_executable_that_calls_itself_pdf_is_refused_at_the_field_with_the_form_kept(sign_in: Any, linz: Site) -> None:
    answer = add(
        sign_in("sam"),
        f"{linz.get_absolute_url()}documents/",
        file=upload("audit.pdf", b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200),
        title="Audit report",
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    html = answer.content.decode()
    assert 'value="Audit report"' in html
    assert not Attachment.objects.filter(about_number=linz.number).exists()


def test_missing_file_says_what_to_do(sign_in: Any, linz: Site) -> None:
    answer = sign_in("sam").post(f"{linz.get_absolute_url()}documents/", {"title": "x", "readers": "shared"})
    assert "Choose the file to add." in answer.content.decode()


def test_too_large_a_file_is_refused(sign_in: Any, linz: Site, settings: Any) -> None:
    settings.UPLOAD_LIMIT_MB = 1
    big = upload("big.txt", b"line\n" * 300_000)
    assert add(sign_in("sam"), f"{linz.get_absolute_url()}documents/", file=big).status_code == 422


def test_file_comes_back_as_a_download_and_the_trail_knows(sign_in: Any, linz: Site) -> None:
    client = sign_in("sam")
    assert add(client, f"{linz.get_absolute_url()}documents/", title="Layout").status_code == 302
    kept = Attachment.objects.get(about_number=linz.number)
    assert "Layout" in client.get(f"{linz.get_absolute_url()}documents/").content.decode()
    answer = client.get(f"/files/{kept.number}/")
    assert answer.getvalue() == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    event = TrailEvent.objects.get(record_number=kept.number, action="attachment.download")
    assert event.actor_name == "Sam Keller"


def test_internal_file_of_a_shared_site_is_unknown_to_the_cmo(sign_in: Any, linz: Site) -> None:
    add(sign_in("sam"), f"{linz.get_absolute_url()}documents/", title="Our view")
    kept = Attachment.objects.get(about_number=linz.number)
    assert sign_in("pat").get(f"/files/{kept.number}/").status_code == 404
    assert "Our view" not in sign_in("pat").get(f"{linz.get_absolute_url()}documents/").content.decode()
    assert "Our view" in sign_in("eva").get(f"{linz.get_absolute_url()}documents/").content.decode()


def test_shared_file_is_read_by_the_cmo_and_by_no_other(sign_in: Any, linz: Site) -> None:
    add(sign_in("sam"), f"{linz.get_absolute_url()}documents/", readers="shared")
    number = Attachment.objects.get(about_number=linz.number).number
    answers = {
        name: sign_in(name).get(f"/files/{number}/").status_code for name in ("pat", "uwe", "bea", "otto", "ada")
    }
    assert answers == {"pat": 200, "uwe": 200, "bea": 404, "otto": 404, "ada": 403}


def test_file_the_cmo_adds_is_read_by_its_sponsor(sign_in: Any, linz: Site) -> None:
    url = f"{linz.get_absolute_url()}documents/"
    assert "readers" not in sign_in("pat").get(url).context["form"].fields
    assert sign_in("pat").post(url, {"file": upload()}).status_code == 302
    number = Attachment.objects.get(about_number=linz.number).number
    assert sign_in("quinn").get(f"/files/{number}/").status_code == 200
    assert sign_in("otto").get(f"/files/{number}/").status_code == 404


def test_cmo_that_has_not_joined_shares_nothing(sign_in: Any, corvus: Vendor) -> None:
    url = f"{corvus.get_absolute_url()}documents/"
    assert "readers" not in sign_in("sam").get(url).context["form"].fields
    sign_in("sam").post(url, {"file": upload()})
    assert Attachment.objects.get(about_number=corvus.number).is_shared is False


def test_document_of_the_relation_stands_on_the_cmos_list_of_sites_once_shared(sign_in: Any, alpenglow: Vendor) -> None:
    url = f"{alpenglow.get_absolute_url()}documents/"
    add(sign_in("sam"), url, readers="shared", title="Quality manual request")
    add(sign_in("sam"), url, readers="internal", title="Finance check")
    words = sign_in("pat").get("/sites/").content.decode()
    assert "Quality manual request" in words
    assert "Finance check" not in words
    assert "Quality manual request" not in sign_in("bea").get("/sites/").content.decode()


def test_evaluator_and_inspector_add_no_file(sign_in: Any, alpenglow: Vendor, linz: Site) -> None:
    for name in ("eva", "ines"):
        assert add(sign_in(name), f"{alpenglow.get_absolute_url()}documents/").status_code == 403
        assert add(sign_in(name), f"{linz.get_absolute_url()}documents/").status_code == 403
        assert sign_in(name).get(f"{linz.get_absolute_url()}documents/").context["form"] is None


def test_retired_file_leaves_the_page_stays_for_editors_and_comes_back(sign_in: Any, linz: Site) -> None:
    kept = attach(linz, upload("plan.pdf"), by=SETUP)
    client, page = sign_in("sam"), f"{linz.get_absolute_url()}documents/"
    assert client.post(f"/files/{kept.number}/retire/", {"reason": ""}).status_code == 422
    assert client.post(f"/files/{kept.number}/retire/", {"reason": "Wrong site"}).url == page
    assert f"/files/{kept.number}/restore/" in client.get(page).content.decode()
    assert "plan.pdf</a>" not in client.get(page).content.decode()
    assert sign_in("pat").get(f"/files/{kept.number}/").status_code == 404
    assert client.get(f"/files/{kept.number}/").status_code == 200
    client.post(f"/files/{kept.number}/restore/")
    assert "plan.pdf</a>" in client.get(page).content.decode()


def test_copy_stands_on_its_certificate(sign_in: Any, linz: Site) -> None:
    paper = Certificate.objects.filter(site=linz).order_by("pk")[0]
    assert sign_in("pat").post(paper.get_absolute_url(), {"file": upload("copy.pdf")}).status_code == 302
    assert "copy.pdf" in sign_in("sam").get(paper.get_absolute_url()).content.decode()


def test_file_of_a_kind_of_record_that_has_no_rule_is_not_found(sign_in: Any, cast: Any) -> None:
    kept = attach(cast.sam, upload(), by=SETUP)
    assert sign_in("sam").get(f"/files/{kept.number}/").status_code == 404


@pytest.mark.parametrize("count", [3, 300])
def test_list_of_files_costs_the_same_at_any_length(sign_in: Any, linz: Site, query_count: Any, count: int) -> None:
    for _ in range(count // 10):
        attach(linz, upload(), by=SETUP)
    client, url = sign_in("sam"), f"{linz.get_absolute_url()}documents/"
    client.get(url)
    query_count("registry", "site-documents", lambda: client.get(url))
