"""An attachment is kept only if its content is what its name says, and a refusal says what would be accepted."""

from __future__ import annotations

import hashlib
import io
import tempfile

import pytest

from cmo_portal.lib.uploads import ALLOWED, RefusedUpload, check_upload, clean_name
from tests.files.makers import old_office_file, program, with_parts, xlsx_file

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)
MAIL = b"From: pat@alpenglow.example\r\nTo: quinn@northgate.example\r\nSubject: Batch\r\n\r\nThe batch is on hold.\r\n"


def office(main_part: str) -> io.BytesIO:
    return with_parts(io.BytesIO(), [("[Content_Types].xml", b"<Types/>"), (main_part, b"<x/>")])


GOOD: dict[str, io.BytesIO] = {
    "report.pdf": io.BytesIO(PDF),
    "label.PNG": io.BytesIO(PNG),
    "photo.jpg": io.BytesIO(b"\xff\xd8\xff\xe0" + bytes(30)),
    "photo.jpeg": io.BytesIO(b"\xff\xd8\xff\xe1" + bytes(30)),
    "photo.heic": io.BytesIO(b"\x00\x00\x00\x18ftypheic" + bytes(30)),
    "agreement.docx": office("word/document.xml"),
    "slides.pptx": office("ppt/presentation.xml"),
    "results.xlsx": xlsx_file(["a"], ["b"]),
    "results.csv": io.BytesIO("a;b\r\nLück;2\r\n".encode("cp1252")),
    "notes.txt": io.BytesIO("Grüße\n".encode("utf-16")),
    "message.eml": io.BytesIO(MAIL),
}


@pytest.mark.parametrize("name", GOOD)
def test_each_allowed_type_is_accepted_with_its_facts(name: str) -> None:
    content = GOOD[name].getvalue()
    facts = check_upload(io.BytesIO(content), name)
    assert (facts.name, facts.size, facts.sha256) == (name, len(content), hashlib.sha256(content).hexdigest())
    assert facts.media_type == ALLOWED[facts.extension].media_type


def test_every_allowed_extension_has_an_example_here() -> None:
    assert {name.rpartition(".")[2].lower() for name in GOOD} == set(ALLOWED)


def refusal(stream: io.BytesIO, name: str, **options: int) -> str:
    with pytest.raises(RefusedUpload) as caught:
        check_upload(stream, name, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("stream", "name", "words"),
    [
        (program(), "report.pdf", "“report.pdf” ends in .pdf but is a program: attach a PDF document."),
        (program(), "results.csv", "ends in .csv but is a program: attach plain text."),
        (io.BytesIO(b"#!/bin/sh\nrm x\n"), "notes.txt", "is a script"),
        (io.BytesIO(b"<html><script>alert(1)</script>"), "notes.txt", "is a web page"),
        (io.BytesIO(b'<?xml version="1.0"?><svg onload="x">'), "notes.txt", "is a web page"),
        (io.BytesIO(PNG), "photo.jpg", "ends in .jpg but is a PNG picture: attach a JPEG picture."),
        (io.BytesIO(b"GIF89a" + bytes(20)), "photo.png", "is a file of the type GIF"),
        (io.BytesIO(b"plain text"), "report.pdf", "is plain text"),
        (io.BytesIO(b"text\n" * 20_000 + b"\x00\x00"), "notes.txt", "is a file of another kind"),
        (office("word/document.xml"), "results.xlsx", "is a Word document (.docx)"),
        (with_parts(io.BytesIO(), [("a.txt", b"x")]), "results.xlsx", "is a zip archive"),
        (with_parts(xlsx_file(["a"]), [("xl/vbaProject.bin", b"x")]), "results.xlsx", "“results.xlsx” holds macros"),
        (with_parts(office("word/document.xml"), [("word/vbaProject.bin", b"x")]), "a.docx", "holds macros"),
        (old_office_file("EncryptedPackage"), "results.xlsx", "is protected with a password"),
        (old_office_file("Workbook"), "results.xlsx", "is an old Excel file (.xls)"),
        (io.BytesIO(b"just a note"), "message.eml", "is no e-mail"),
        (io.BytesIO(b""), "report.pdf", "“report.pdf” is empty"),
    ],
)
def test_content_that_does_not_fit_the_name_is_refused(stream: io.BytesIO, name: str, words: str) -> None:
    assert words in refusal(stream, name)


@pytest.mark.parametrize(
    "name", ["setup.exe", "archive.zip", "macro.xlsm", "page.html", "picture.svg", "report", "report.pdf.exe"]
)
def test_a_name_off_the_list_is_refused_with_the_list(name: str) -> None:
    assert "allowed are files that end in pdf, png, jpg" in refusal(io.BytesIO(PDF), name)


def test_macros_are_found_by_the_declared_type_too() -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
    renamed = with_parts(io.BytesIO(), [("[Content_Types].xml", types), ("xl/workbook.xml", b"<x/>")])
    assert "holds macros" in refusal(renamed, "results.xlsx")


def test_the_size_limit_is_named_and_nothing_beyond_it_is_read() -> None:
    stream = io.BytesIO(PDF + bytes(3 * 1024 * 1024))
    assert "larger than 1 MB, the most that can be attached" in refusal(stream, "report.pdf", size_limit=1024 * 1024)
    assert stream.tell() < 1024 * 1024 + 100_000


def test_a_file_of_exactly_the_limit_is_accepted() -> None:
    assert check_upload(io.BytesIO(PDF), "report.pdf", size_limit=len(PDF)).size == len(PDF)


def test_an_office_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmo_portal.lib.uploads.UNPACKED_LIMIT", 1024 * 1024)
    bomb = with_parts(xlsx_file(["a"]), [("xl/media/zeros.bin", bytes(5_000_000))])
    assert "unpacks to more than 1 MB" in refusal(bomb, "results.xlsx")


def test_the_stream_is_left_at_its_start_for_whoever_stores_it() -> None:
    with tempfile.SpooledTemporaryFile() as stream:
        stream.write(PDF)
        check_upload(stream, "report.pdf")  # type: ignore[arg-type]
        assert stream.read() == PDF


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("C:\\Users\\pat\\report.pdf", "report.pdf"),
        ("../../etc/report.pdf", "report.pdf"),
        ("re\r\nport\x00.pdf", "report.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("Prüf  bericht .pdf", "Prüf bericht .pdf"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_lose_folders_and_hidden_characters(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned
