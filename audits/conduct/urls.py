"""Addresses of the subject."""

from typing import Any

from audits.conduct.checklist_urls import urlpatterns as checklists

urlpatterns: list[Any] = [*checklists]
