"""An empty installation: one address makes the first administrator, once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server import ROOT

SCRIPT = """
import json, sys, django
django.setup()
from django.test import Client
path = sys.argv[1]
body = {"company": "Fresh Pharma", "name": "Ana Fresh", "email": "ana@fresh.example", "password": "quiet-river-seven"}
login = {"login": body["email"], "password": body["password"]}
client = Client(SERVER_NAME="localhost")
answers = [client.get(path), client.post(path, body), client.get(path), client.post(path, body)]
answers.append(client.post("/accounts/login/", login))
answers.append(client.get("/people/"))
print(json.dumps([answer.status_code for answer in answers]))
"""


def test_the_first_administrator_is_made_once_and_signs_in(tmp_path: Path) -> None:
    """On the embedded default, as `DEMO=0 make run` starts it."""
    dropped = ("DATABASE_URL", "DATABASE_OWNER_URL", "CMO_BROKER_URL", "CMO_CACHE_URL")
    environment = {k: v for k, v in os.environ.items() if k not in dropped}
    environment |= {"CMO_PORTAL_DATA": str(tmp_path), "DEMO": "0", "DJANGO_SETTINGS_MODULE": "cmo_portal.settings"}

    def run(*words: str) -> Any:
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    run("manage.py", "migrate", "-v0")
    run("manage.py", "createcachetable")
    printed = run("manage.py", "create_first_admin")
    found = re.search(r"https?://[^/]+(/setup/\S+)", printed)
    assert found, printed
    answered = json.loads(run("-c", SCRIPT, found[1]).splitlines()[-1])
    assert answered == [200, 302, 404, 404, 302, 200]
    assert "has its first administrator already" in run("manage.py", "create_first_admin")


@pytest.mark.browser
@pytest.mark.walk
def test_a_colleague_is_invited_and_signs_in(portal: Any, page: Any, chromium: Any) -> None:
    """Invitation, account, sign-in, as two people in two browsers."""
    portal.sign_in(page, "ada")
    page.goto(f"{portal.url}/people/invite/")
    page.fill("input[name=email]", "nora@northgate.example")
    page.fill("input[name=name]", "Nora Weiss")
    page.check("input[value=evaluator]")
    page.click("main button.primary")
    page.wait_for_url("**/people/")
    nora = page.locator("tr", has_text="Nora Weiss")  # others may be invited as well
    nora.locator("summary").click()
    address = nora.locator(".copy code").inner_text()
    other = chromium.new_context().new_page()
    assert address.startswith(portal.url)
    other.goto(address)
    other.fill("input[name=password]", "quiet-river-seven")
    other.click("main button.primary")
    other.wait_for_url("**/accounts/login/**")
    other.fill("input[name=login]", "nora@northgate.example")
    other.fill("input[name=password]", "quiet-river-seven")
    other.click("main button.primary")
    other.wait_for_url(f"{portal.url}/")
    assert "Nora Weiss" in other.inner_text("body")
    other.context.close()
