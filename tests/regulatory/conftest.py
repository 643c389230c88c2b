"""Sites whose FEIs the made-up files of `makers.py` speak about, and imports as the installation and as a person."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import IMPORT
from cmo_portal.records.trail import write
from tests.files.conftest import real_files  # noqa: F401
from vendors.registry.models import Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.regulatory.importing import receive, work

AS_OF = date(2026, 5, 4)
FEI = "3009990001"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Any) -> None:
    """Files that a test keeps go away with it; those of the demo stand beside them, for the trail names them."""
    shutil.copytree(default_storage.location, tmp_path / "files", copy_function=os.link, dirs_exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path / "files")}}
    }


Import = Callable[..., ImportRun]


@pytest.fixture
def bring(db: None) -> Import:
    """`bring(file)` imports as the installation, `bring(file, sender=cast.sam)` as Sam's upload; the run at its end."""

    def act(source: Any, *, sender: User | None = None, name: str = "file.csv", as_of: date = AS_OF) -> ImportRun:
        stream = BytesIO(source.read_bytes()) if isinstance(source, Path) else source
        run = receive(
            stream,
            by=sender or IMPORT,
            sender=sender,
            owner=sender.company_id if sender else None,
            name=source.name if isinstance(source, Path) else name,
            as_of=as_of,
        )
        done = work(run.number)
        assert done is not None
        return done

    return act


@pytest.fixture
def add_site(cast: Any) -> Callable[..., Site]:
    """A site of a new CMO of `person`'s sponsor; with `partner` the CMO has joined under that company's name."""

    def add(person: User, *, fei: str = FEI, partner: str = "", name: str = "Lindau DP1") -> Site:
        assert person.belongs is not None
        company = Company.objects.get(name=partner) if partner else None
        vendor = Vendor(sponsor=person.belongs.company, company=company, name=f"Birkenhof Sterile for {name} {fei}")
        write(vendor, by=person, action="cmo.add")
        site = Site(vendor=vendor, name=name, city="Lindau", country="DE", fei=fei)
        write(site, by=person, action="site.add")
        return site

    return add
