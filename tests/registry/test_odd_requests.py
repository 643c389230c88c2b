"""What nobody types on purpose: choices that are gone, a thousand words, digits of other scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from vendors.registry.models import Site

pytestmark = pytest.mark.django_db
WORDS = "a b " * 700


@pytest.mark.parametrize("query", ["status=bogus", "country=XX", "service=bogus&dosage_form=vial_liquid"])
def test_a_filter_that_is_none_finds_nothing(sign_in: Any, query: str) -> None:
    """Never every row: the export beside the list takes the same filters."""
    client = sign_in("sam")
    assert "No CMO answers to this" in client.get(f"/cmos/?{query}").content.decode()
    export = b"".join(client.get(f"/cmos/export/csv/?{query}").streaming_content)
    assert len(export.splitlines()) == 1


def test_the_api_names_a_filter_that_is_none(sign_in: Any) -> None:
    answer = sign_in("sam").get("/api/v1/vendors/?service=bogus&dosage_form=vial_liquid")
    assert answer.status_code == 400 and "service" in answer.json()["errors"]


@pytest.mark.parametrize("address", ["cmos", "sites", "products", "agreements", "selections", "api/v1/vendors"])
def test_a_thousand_words_are_no_query_that_breaks(sign_in: Any, address: str) -> None:
    assert sign_in("sam").get(f"/{address}/", {"q": WORDS}).status_code == 200


def test_digits_of_other_scripts_are_no_page_size(sign_in: Any) -> None:
    assert sign_in("sam").get("/api/v1/vendors/", {"page_size": "²"}).status_code == 400


@pytest.mark.parametrize("address", ["cmos/{cmo}/edit", "cmos/{cmo}/contacts/new", "sites/{site}/capabilities/new"])
def test_a_form_offers_rows_by_number_never_by_the_databases_id(sign_in: Any, linz: Site, address: str) -> None:
    """An id counts the rows of the whole installation, those of other sponsors too."""
    text = sign_in("sam").get(f"/{address.format(cmo=linz.vendor.number, site=linz.number)}/").content.decode()
    assert re.findall(r'<option value="[A-Z0-9-]{10,}"', text)
    assert not re.findall(r'<option value="\d+"', text)


def test_a_choice_by_number_is_kept_and_shown_again(sign_in: Any, cast: Any, linz: Site) -> None:
    client, address = sign_in("sam"), f"/cmos/{linz.vendor.number}/edit/"
    sent = {"name": linz.vendor.name, "manager": cast.quinn.number, "version": linz.vendor.version}
    assert client.post(address, sent).status_code == 302
    assert f'<option value="{cast.quinn.number}" selected>' in client.get(address).content.decode()
