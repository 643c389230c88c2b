"""Addresses of the subject."""

from django.urls import path

from communications.profiles import file_views as files
from communications.profiles import own_views as own
from communications.profiles import publish_views as publish
from communications.profiles import reader_views as reader
from vendors.registry.moved import with_survivors

urlpatterns = with_survivors(
    [
        path("company-profile/", own.profile_own, name="profile-own"),
        path("company-profile/publish/", publish.profile_publish, name="profile-publish"),
        path("company-profile/withdraw/<slug:number>/", publish.profile_withdraw, name="profile-withdraw"),
        path("company-profile/export/", files.profile_export, name="profile-export"),
        path("company-profile/import/", files.profile_import, name="profile-import"),
        path("company-profile/sections/<slug:code>/", own.profile_section, name="profile-section"),
        path("company-profile/sections/<slug:code>/confirm/", own.section_confirm, name="section-confirm"),
        path("company-profile/sections/<slug:code>/mark/", own.section_mark, name="section-mark"),
        path("company-profile/questions/<slug:code>/", own.profile_question, name="profile-question"),
        path("company-profile/answers/<slug:number>/", own.answer_detail, name="answer-detail"),
        path("profiles/<slug:number>/", reader.publication_detail, name="publication-detail"),
        path("profiles/<slug:number>/print/", reader.publication_print, name="publication-print"),
        path("profiles/<slug:number>/mark/", reader.publication_mark, name="publication-mark"),
        path("profiles/<slug:number>/discard/", reader.publication_discard, name="publication-discard"),
        path("cmos/<slug:number>/profile/", reader.cmo_profile, name="cmo-profile"),
        path("cmos/<slug:number>/profile/import/", files.cmo_profile_import, name="cmo-profile-import"),
    ]
)
