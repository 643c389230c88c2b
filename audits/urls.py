"""Addresses of the app, subject by subject."""

from typing import Any

from audits.capa.urls import urlpatterns as capa
from audits.conduct.urls import urlpatterns as conduct
from audits.findings.urls import urlpatterns as findings
from audits.programme.urls import urlpatterns as programme
from audits.reporting.urls import urlpatterns as reporting
from audits.trends.urls import urlpatterns as trends

app_name = "audits"
urlpatterns: list[Any] = [*programme, *conduct, *findings, *reporting, *capa, *trends]
