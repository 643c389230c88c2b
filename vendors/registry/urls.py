"""Addresses of the registry; a CMO is never called a vendor in one."""

from django.urls import path

from vendors.registry import (
    capability_views,
    certificate_views,
    cmo_tabs,
    files,
    offer_views,
    site_views,
    views,
)

CMOS = [
    path("cmos/", views.cmo_list, name="cmo-list"),
    path("cmos/export/<slug:kind>/", views.cmo_export, name="cmo-export"),
    path("cmos/new/", views.cmo_create, name="cmo-create"),
    path("cmos/<slug:number>/", views.cmo_detail, name="cmo-detail"),
    path("cmos/<slug:number>/sites/", cmo_tabs.cmo_sites, name="cmo-sites"),
    path("cmos/<slug:number>/contacts/", cmo_tabs.cmo_contacts, name="cmo-contacts"),
    path("cmos/<slug:number>/documents/", cmo_tabs.cmo_documents, name="cmo-documents"),
    path("cmos/<slug:number>/history/", cmo_tabs.cmo_history, name="cmo-history"),
    path("cmos/<slug:number>/edit/", views.cmo_edit, name="cmo-edit"),
    path("cmos/<slug:number>/retire/", views.cmo_retire, name="cmo-retire"),
    path("cmos/<slug:number>/restore/", views.cmo_restore, name="cmo-restore"),
    path("cmos/<slug:number>/contacts/new/", cmo_tabs.contact_create, name="contact-create"),
    path("cmos/<slug:number>/sites/new/", site_views.site_create, name="site-create"),
    path("contacts/<slug:number>/edit/", cmo_tabs.contact_edit, name="contact-edit"),
    path("contacts/<slug:number>/retire/", cmo_tabs.contact_retire, name="contact-retire"),
    path("contacts/<slug:number>/restore/", cmo_tabs.contact_restore, name="contact-restore"),
]
SITES = [
    path("sites/", site_views.site_list, name="site-list"),
    path("sites/<slug:number>/", site_views.site_detail, name="site-detail"),
    path("sites/<slug:number>/documents/", site_views.site_documents, name="site-documents"),
    path("sites/<slug:number>/history/", site_views.site_history, name="site-history"),
    path("sites/<slug:number>/edit/", site_views.site_edit, name="site-edit"),
    path("sites/<slug:number>/retire/", site_views.site_retire, name="site-retire"),
    path("sites/<slug:number>/restore/", site_views.site_restore, name="site-restore"),
    path("sites/<slug:number>/former-feis/new/", site_views.former_fei_create, name="former-fei-create"),
    path("former-feis/<slug:number>/edit/", site_views.former_fei_edit, name="former-fei-edit"),
    path("sites/<slug:number>/capabilities/new/", capability_views.capability_create, name="capability-create"),
    path("capabilities/<slug:number>/edit/", capability_views.capability_edit, name="capability-edit"),
    path("capabilities/<slug:number>/retire/", capability_views.capability_retire, name="capability-retire"),
    path("capabilities/<slug:number>/restore/", capability_views.capability_restore, name="capability-restore"),
    path("sites/<slug:number>/bands/new/", capability_views.band_create, name="band-create"),
    path("bands/<slug:number>/edit/", capability_views.band_edit, name="band-edit"),
]
PAPERS = [
    path("sites/<slug:number>/certificates/new/", certificate_views.certificate_create, name="certificate-create"),
    path("certificates/<slug:number>/", certificate_views.certificate_detail, name="certificate-detail"),
    path("certificates/<slug:number>/edit/", certificate_views.certificate_edit, name="certificate-edit"),
    path("certificates/<slug:number>/retire/", certificate_views.certificate_retire, name="certificate-retire"),
    path("certificates/<slug:number>/restore/", certificate_views.certificate_restore, name="certificate-restore"),
    path("sites/<slug:number>/offers/new/", offer_views.offer_create, name="offer-create"),
    path("offers/<slug:number>/", offer_views.offer_detail, name="offer-detail"),
    path("offers/<slug:number>/edit/", offer_views.offer_edit, name="offer-edit"),
    path("offers/<slug:number>/sign-off/", offer_views.offer_sign_off, name="offer-sign-off"),
    path("offers/<slug:number>/withdraw/", offer_views.offer_withdraw, name="offer-withdraw"),
    path("files/<slug:number>/", files.file_download, name="file-download"),
    path("files/<slug:number>/retire/", files.file_retire, name="file-retire"),
    path("files/<slug:number>/restore/", files.file_restore, name="file-restore"),
]
urlpatterns = [*CMOS, *SITES, *PAPERS]
