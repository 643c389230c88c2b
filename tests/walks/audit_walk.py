"""What the steps of the walk through an audit know of each other: four people, the line, and the audit's numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from pypdf import PdfReader

from tests.conducting import PIXEL
from tests.line import Line
from tests.person import Person
from tests.server import Installation

TODAY = timezone.localdate(timezone=ZoneInfo("Europe/Zurich"))  # of the people of the demo
SITE, SCOPE = "Graz Solids", "Drug product manufacture, tablet"
MAJOR, OBSERVED = "Cleaning of the tablet press is not verified", "Sieves are kept without a number"
LETTER, DEVIATIONS = "Notification of an audit", "List of deviations of two years"
PAPER: dict[str, Any] = {"mimeType": "image/png", "buffer": PIXEL}


@dataclass
class Walk:
    """What the steps know of each other."""

    portal: Installation
    line: Line
    sam: Person
    leo: Person
    quinn: Person
    pat: Person
    folder: Path
    audit: str = ""
    capa: str = ""

    def tab(self, name: str = "") -> str:
        return f"/audits/{self.audit}/{name}"

    def everybody_at(self, there: Installation) -> Walk:
        """The same four at another address of the installation."""
        moved = {name: getattr(self, name).at(there) for name in ("sam", "leo", "quinn", "pat")}
        return replace(self, portal=there, **moved)


def path_of(person: Person) -> str:
    """The path of the page the person is on."""
    return person.page.url.removeprefix(person.installation.url)


def text_of(path: Path) -> str:
    """The words of a PDF in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
