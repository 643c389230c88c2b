"""Addresses of the app, subject by subject."""

from vendors.registry.moved import with_survivors
from vendors.registry.supply_urls import urlpatterns as supply
from vendors.registry.urls import urlpatterns as registry
from vendors.regulatory.urls import urlpatterns as regulatory
from vendors.selection.urls import urlpatterns as selection

app_name = "vendors"
urlpatterns = [*with_survivors([*supply, *registry]), *regulatory, *selection]
