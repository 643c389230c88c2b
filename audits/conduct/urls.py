"""Addresses of the subject."""

from typing import Any

from audits.conduct.visit_urls import urlpatterns as visit

urlpatterns: list[Any] = [*visit]
