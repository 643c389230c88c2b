"""Every address of the installation."""

from django.urls import include, path

from cmo_portal import api, health, pages, styleguide, trail_pages, verifying

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("trail/", trail_pages.trail_list, name="trail-list"),
    path("trail/export/<slug:kind>/", trail_pages.trail_export, name="trail-export"),
    path("keys/", pages.keys, name="keys"),
    path("verify/", verifying.verify, name="verify"),
    path("keys.json", pages.keys_json, name="keys-json"),
    path("accounts/email/", pages.absent, name="account-email-absent"),  # an address is proved by its invitation
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("api/v1/", include(api.urlpatterns)),
    path("api/", include(api.schema)),
    path("", include("cmo_portal.accounts.urls")),
    path("", include("vendors.urls")),
    path("", include("audits.urls")),
    path("", include("communications.urls")),
]
