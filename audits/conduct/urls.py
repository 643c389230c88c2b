"""Addresses of the subject."""

from typing import Any

from audits.conduct.checklist_urls import urlpatterns as checklists
from audits.conduct.visit_urls import urlpatterns as visit

urlpatterns: list[Any] = [*visit, *checklists]
