"""Documents as PDF: a typst template, and the facts as JSON, so that no text of a person is ever read as markup.

Accessible (PDF/UA-1: tagged, titled, with a language). The same facts and the same moment give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import typst

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"
STANDARD: Literal["ua-1"] = "ua-1"


class PdfFault(RuntimeError):
    """The document could not be made; the text is for the log."""


def render_pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of `template` (a file of `templates/pdf/`) with `data`.

    data: what JSON holds; a value JSON does not know (a date, a decimal) is written as its text. Every template takes
    `title`, and `number` for the head and foot of each page (templates/pdf/house.typ). at: the moment that stands in
    the file's own facts. Raises PdfFault.
    """
    text = json.dumps(data, ensure_ascii=False, default=str)
    try:
        made = typst.compile(
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=STANDARD,
            timestamp=int(at.timestamp()),
        )
    except (typst.TypstError, RuntimeError, OSError) as error:
        raise PdfFault(f"{template}: {error}") from error
    return bytes(made)
