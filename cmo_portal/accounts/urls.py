"""Addresses of people and company pages; sign-in, password and sessions are allauth's under /accounts/."""

from django.urls import path, register_converter

from cmo_portal.accounts import profile, saved_views, views

app_name = "accounts"


class Act:
    """One of a few words, so that anything else is no address at all."""

    regex = "deactivate|reactivate"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class InvitationAct(Act):
    regex = "resend|withdraw"


register_converter(Act, "person_act")
register_converter(InvitationAct, "invitation_act")

urlpatterns = [
    path("people/", views.people_list, name="people-list"),
    path("people/invite/", views.people_invite, name="people-invite"),
    path("people/<slug:number>/", views.person_edit, name="person-edit"),
    path("people/<slug:number>/sign-out/", views.person_sign_out, name="person-sign-out"),
    path("people/<slug:number>/<person_act:act>/", views.person_act, name="person-act"),
    path("people/invitations/<slug:number>/<invitation_act:act>/", views.invitation_act, name="invitation-act"),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation-accept"),
    path("company/", views.company_edit, name="company-edit"),
    path("profile/", profile.profile_edit, name="profile-edit"),
    path("profile/theme/", profile.theme_edit, name="theme-edit"),
    path("profile/tokens/", profile.token_list, name="token-list"),
    path("profile/tokens/<slug:number>/revoke/", profile.token_revoke, name="token-revoke"),
    path("views/save/", saved_views.view_save, name="view-save"),
    path("views/<slug:number>/remove/", saved_views.view_remove, name="view-remove"),
    path("views/<slug:number>/restore/", saved_views.view_restore, name="view-restore"),
    path("setup/<str:token>/", profile.setup, name="setup"),
]
