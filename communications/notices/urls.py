"""The addresses of this room."""

from django.urls import path

from communications.notices import mailbox_views, settings_views, views

urlpatterns = [
    path("notices/", views.notice_list, name="notice-list"),
    path("notices/unread/", views.notice_unread, name="notice-unread"),
    path("notices/read/", views.notices_read, name="notices-read"),
    path("notices/unread/<str:stamp>/", views.notices_undo, name="notices-undo"),
    path("notices/<slug:number>/", views.notice_open, name="notice-open"),
    path("notices/<slug:number>/read/", views.notice_read, name="notice-read"),
    path("due-items/<slug:number>/snooze/", views.snooze_create, name="snooze-create"),
    path("snoozes/<slug:number>/cancel/", views.snooze_cancel, name="snooze-cancel"),
    path("profile/notices/", settings_views.notice_settings, name="notice-settings"),
    path("profile/absences/add/", settings_views.absence_add, name="absence-add"),
    path("profile/absences/<slug:number>/cancel/", settings_views.absence_cancel, name="absence-cancel"),
    path("profile/absences/<slug:number>/restore/", settings_views.absence_restore, name="absence-restore"),
    path("unsubscribe/<str:token>/", settings_views.unsubscribe_page, name="unsubscribe"),
    path("mailbox/", mailbox_views.mailbox_list, name="mailbox-list"),
    path("mailbox/<slug:number>/", mailbox_views.mailbox_detail, name="mailbox-detail"),
    path("mailbox/<slug:number>/html/", mailbox_views.mailbox_html, name="mailbox-html"),
]
