"""A CMO's first page: whom it looks at, what it can do at once, and the column beside."""

from __future__ import annotations

import re
from typing import Any

import pytest

from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db
COMPANIES = {"Northgate": "Northgate Biopharma", "Otter": "Otter Therapeutics"}


def home(client: Any, query: str = "") -> str:
    """The body of the page below its head."""
    page: str = client.get(f"/{query}").content.decode()
    return page[page.index('<div class="cols">') :]


def number(sponsor: str, cmo: str = "Alpenglow") -> str:
    return str(Vendor.objects.get(name__startswith=cmo, sponsor__name__startswith=sponsor).number)


@pytest.mark.parametrize(("chosen", "other"), [("Northgate", "Otter"), ("Otter", "Northgate")])
def test_one_sponsor_at_a_time(chosen: str, other: str, sign_in: Any) -> None:
    pat = sign_in("pat")
    both = home(pat)
    assert COMPANIES["Northgate"] in both and COMPANIES["Otter"] in both
    one = home(pat, f"?sponsor={number(chosen)}")
    assert COMPANIES[chosen] in one and COMPANIES[other] not in one
    assert f"Tell {COMPANIES[chosen]} about" in one
    counters = re.findall(r'<a href="([^"]+)">Late, waits for [^<]+<span class="n">(\d+)', one)
    assert counters
    for address, count in counters:
        listed = pat.get(address.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'<th scope="row"', listed)) == int(count), "the link leads to what is counted"


def test_a_sponsor_that_is_none_of_its_own_chooses_nothing(sign_in: Any) -> None:
    pat = sign_in("pat")
    foreign = number("Northgate", "Baltic")
    for asked in (foreign, "VEN-2026-00000", "' OR 1=1 --"):
        page = pat.get("/", {"sponsor": asked}).content.decode()
        assert 'aria-current="true">All sponsors' in page
        assert foreign not in page[page.index('<div class="cols">') :]


def test_who_has_one_sponsor_is_offered_no_switch(sign_in: Any) -> None:
    assert "All sponsors" not in sign_in("bea").get("/").content.decode()
    assert "All sponsors" not in sign_in("sam").get("/").content.decode()


def test_the_head_offers_what_one_may_do(sign_in: Any) -> None:
    def offered(name: str) -> list[str]:
        head = re.search(r'<header class="head">(.*?)</header>', sign_in(name).get("/").content.decode(), re.S)
        assert head
        return re.findall(r"</svg>([^<]+)</a>", head.group(1))

    assert offered("pat") == ["Start a message", "Post an update"]
    assert offered("sam") == ["Plan an audit", "New selection"]
    assert offered("ines") == [] and "Post an update" not in offered("uwe")


def test_the_column_beside_tells_of_capas_under_way_and_of_the_walls(sign_in: Any) -> None:
    page = home(sign_in("pat"))
    beside = page[page.index('<div class="stack-s">') :]
    assert "CAPAs under way" in beside and re.search(r"\d of \d actions?<", beside)
    assert "Your sponsors do not see each other" in beside
    assert "Your sponsors do not see each other" not in sign_in("sam").get("/").content.decode()
