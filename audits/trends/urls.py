"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.trends import views
from vendors.registry.moved import with_survivors

urlpatterns: list[Any] = [
    path("audit-trends/", views.trend_list, name="trend-list"),
    path("audit-trends/export/<slug:kind>/", views.trend_export, name="trend-export"),
    path("audit-trends/steps/<slug:code>/", views.trend_step, name="trend-step"),
    path("audit-trends/steps/<slug:code>/export/<slug:kind>/", views.trend_step_export, name="trend-step-export"),
    *with_survivors([path("cmos/<slug:number>/audit-trends/", views.cmo_trends, name="cmo-trends")]),
    path("sites/<slug:number>/audit-trends/", views.site_trends, name="site-trends"),
]
