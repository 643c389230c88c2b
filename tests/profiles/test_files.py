"""A profile as a signed file: handed out, taken in by another key's installation, refused once a byte was altered."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cmo_portal.records.attachments import attachments_of
from cmo_portal.records.installation_key import as_file, current_key, sign_json
from cmo_portal.records.record import canonical
from communications.profiles import filing, publishing
from communications.profiles.models import Answer, Publication, PublishedContent
from communications.profiles.signed_file import INSIDE, KIND, RefusedFile, open_file, packed
from tests.profiles.makers import SECRET, answer_to, answered, evidence, relation, said

pytestmark = pytest.mark.django_db


def exported(by: Any, *sections: str, with_files: bool = False) -> bytes:
    data, _ = filing.export(sections or ("quality",), by=by, text="For you.", with_files=with_files)
    return data


def elsewhere(by: Any, *sections: str, with_files: bool = False) -> tuple[bytes, str]:
    """(an export as an installation with a key of its own would have signed it, that public key)."""
    data, private = exported(by, *sections, with_files=with_files), Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    signed = json_of(data)
    signed["envelope"]["key_id"], signed["public_key"] = hashlib.sha256(public).hexdigest(), public.hex()
    signed["signature"] = private.sign(canonical(signed["envelope"]).encode()).hex()
    if data[:2] != b"PK":
        return as_file(signed), public.hex()
    archive = zipfile.ZipFile(io.BytesIO(data))
    files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist() if name != INSIDE}
    return packed(as_file(signed), files), public.hex()


def test_a_file_goes_to_another_installation_and_is_read_there(cast: Any, sign_in: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    file = evidence("QU-12", cast.pat, "secret-manual.pdf")
    data, key = elsewhere(cast.pat, "quality", with_files=True)
    vendor, client = relation("Northgate", "Baltic"), sign_in("sam")
    url = reverse("communications:cmo-profile-import", args=[vendor.number])

    def send(**more: Any) -> Any:
        return client.post(url, {"file": SimpleUploadedFile("profile.zip", data), **more})

    checked = send(check="1").content.decode()
    assert "nobody has compared the key" in checked and json_of(data)["envelope"]["key_id"] in checked
    assert not Publication.objects.filter(vendor=vendor, is_shared=False).exists()
    assert b"Another key signed this file" in send(key="0" * 64).content
    assert send(key=key).status_code == 302
    fact = Publication.objects.get(vendor=vendor, is_shared=False)
    assert fact.is_verified and fact.issuer == "Alpenglow Pharma Services" and fact.is_imported
    page = client.get(fact.get_absolute_url()).content.decode()
    assert SECRET in page and "Imported, signed by Alpenglow Pharma Services" in page and "cannot withdraw" in page
    kept = attachments_of(said(fact), cast.sam).get()
    assert kept.sha256 == file.sha256
    assert client.get(reverse("vendors:file-download", args=[kept.number])).status_code == 200
    assert b"imported already" in send(key=key).content
    for name in ("bea", "pat", "otto"):  # the sponsor's own matter, also towards the CMO it is about
        person = getattr(cast, name)
        assert not Publication.objects.visible_to(person).filter(pk=fact.pk).exists(), name
        assert not PublishedContent.objects.visible_to(person).filter(publication=fact).exists(), name
        assert sign_in(name).get(reverse("vendors:file-download", args=[kept.number])).status_code == 404
    answered("QU-04", "1", cast.pat)
    other, _ = elsewhere(cast.pat, "quality")
    refused = client.post(url, {"file": SimpleUploadedFile("later.json", other)})
    assert b"Earlier files of this CMO were signed by the key" in refused.content, "the compared key is pinned"
    discard = reverse("communications:publication-discard", args=[fact.number])
    assert client.post(discard, {"reason": "Wrong CMO."}).status_code == 302
    assert SECRET not in client.get(fact.get_absolute_url()).content.decode()


def json_of(data: bytes) -> Any:
    return json.loads(zipfile.ZipFile(io.BytesIO(data)).read(INSIDE) if data[:2] == b"PK" else data)


def altered(signed: dict[str, Any], *path: Any, to: Any) -> bytes:
    changed = json.loads(json.dumps(signed))
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return as_file(changed)


ROW = ("document", "content", "sections", 0, "answers", 0)


@pytest.mark.parametrize(
    ("path", "to", "why"),
    [
        ((*ROW, "value"), "other", "altered after it was signed"),
        (("document", "note"), "other", "altered after it was signed"),
        (("envelope", "issuer"), "Somebody else", "The signature does not fit"),
        (("envelope", "sha256"), "0" * 64, "The signature does not fit"),
        (("signature",), "0" * 128, "The signature does not fit"),
        (("signature",), None, "The signature does not fit"),
        (("public_key",), "1" * 64, "The signature does not fit"),
        (("public_key",), "not hex", "no profile"),
        (("envelope", "kind"), "audit-report", "no profile"),
        (("envelope",), [], "no profile"),
        (("document",), float("nan"), "no profile"),
    ],
)
def test_whatever_was_altered_is_refused_with_its_reason(path: Any, to: Any, why: str, cast: Any) -> None:
    signed = json_of(exported(cast.pat))
    open_file(as_file(signed))
    with pytest.raises(RefusedFile, match=why):
        open_file(altered(signed, *path, to=to))


def test_files_that_are_none_are_refused(cast: Any) -> None:
    evidence("QU-02", cast.pat)
    whole = exported(cast.pat, with_files=True)
    text, digest = (
        zipfile.ZipFile(io.BytesIO(whole)).read(INSIDE),
        attachments_of(answer_to("QU-02", cast.pat), cast.pat),
    )
    for data, why in (
        (b"", "no profile"),
        (b"[" * 100_000, "no profile"),
        (b"null", "no profile"),
        (whole[:200], "cannot be read"),
        (packed(text, {digest.get().sha256: b"other bytes"}), "evidence .* was altered"),
        (packed(text, {str(n): b"" for n in range(600)}), "more than an export can"),
    ):
        with pytest.raises(RefusedFile, match=why):
            open_file(data)
    loose = hashlib.sha256(b"loose").hexdigest()
    opened = open_file(packed(text, {loose: b"loose"}))
    assert opened.faults == [[loose[:12], "No answer names this file."]] and opened.files == {}


def test_bad_rows_are_listed_and_the_others_kept(cast: Any, sign_in: Any) -> None:
    document = json_of(exported(cast.pat))["document"]
    good = document["content"]["sections"][0]["answers"][0]
    bad = [
        {**good, "code": "X-1", "type": "colour"}, {**good, "code": "X-2", "as_of": "soon"}, {**good, "code": ""},
        {**good, "code": "X-3", "evidence": [{}]}, {**good, "code": "X-4", "type": "number", "value": "many"}, good, 7,
        {**good, "code": "X-5", "value": {"is": "yes", "detail": "A\0\ud800B"}},
    ]  # fmt: skip
    document["content"]["sections"][0]["answers"] += bad[:-1]
    document["content"]["sections"].append({"title": "No answers"})
    signed = as_file(sign_json(document, number="X", version=1, kind=KIND, issuer="Alpenglow Pharma Services"))
    opened = open_file(signed)
    assert [why for _, why in opened.faults] == [
        "Its kind is not known here.", "A date is missing or cannot be read.", "It names no question.",
        "Its evidence cannot be read.", "Write a number like 12.5.", "The question stands twice.",
        "It names no question.", "It has no title or no answers.",
    ]  # fmt: skip
    vendor = relation("Northgate", "Baltic")
    sent = {"file": SimpleUploadedFile("p.json", signed)}
    answer = sign_in("quinn").post(
        reverse("communications:cmo-profile-import", args=[vendor.number]), sent, follow=True
    )
    page = answer.content.decode()
    assert "8 rows could not be read" in page.replace("\xa0", " ") and "The question stands twice." in page
    assert publishing.digest_of(said(Publication.objects.get(vendor=vendor, is_shared=False)).content) == (
        Publication.objects.get(vendor=vendor, is_shared=False).digest
    )


def test_a_cmo_that_moves_takes_its_answers_along(cast: Any, sign_in: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    evidence("QU-12", cast.pat, "secret-manual.pdf")
    data, key = elsewhere(cast.pat, "quality", "company", with_files=True)
    answered("CO-01", "Baltic Fill-Finish UAB", cast.bea)
    client = sign_in("bea")
    url = reverse("communications:profile-import")
    sent = {"file": SimpleUploadedFile("profile.zip", data), "key": key}
    page = client.post(url, sent).content.decode()
    assert "The signature fits, and the key is one that was compared" in page
    taken = {row.question: row for row in Answer.objects.visible_to(cast.bea)}
    assert taken["QU-12"].value == SECRET and taken["CO-01"].value == "Baltic Fill-Finish UAB", "the later answer stays"
    assert taken["CO-02"].as_of_date == answer_to("CO-02", cast.pat).as_of_date
    assert attachments_of(taken["QU-12"], cast.bea).get().name == "secret-manual.pdf"
    assert not Publication.objects.filter(vendor__company=cast.bea.company_id).exists(), "nothing is published by it"
    tampered = altered(json_of(data), *ROW, "value", to="x")
    refused = client.post(url, {"file": SimpleUploadedFile("p.json", tampered)})
    assert refused.status_code == 422 and b"altered after it was signed" in refused.content


def test_the_page_hands_out_what_it_says(cast: Any, sign_in: Any) -> None:
    url = reverse("communications:profile-export")
    page = sign_in("pat").get(url).content.decode()
    assert "A file cannot be withdrawn" in page and current_key().public_key in page
    answer = sign_in("pat").post(url, {"sections": ["quality"], "note": "For you.", "with_files": ""})
    assert answer["Content-Disposition"].startswith('attachment; filename="profile-')
    opened = open_file(answer.content, current_key().public_key)
    assert opened.is_expected and [each["code"] for each in opened.content["sections"]] == ["quality"]
    assert "finance" not in answer.content.decode() and "Northgate" not in answer.content.decode()
