"""The addresses of this room."""

from django.urls import path

from communications.messages import agreed_views, tab_views, views
from vendors.registry.moved import with_survivors

urlpatterns = with_survivors(
    [
        path("threads/", views.thread_list, name="thread-list"),
        path("threads/start/", views.thread_create, name="thread-create"),
        path("threads/unread/", views.thread_unread, name="thread-unread"),
        path("threads/<slug:number>/people/", views.thread_people, name="thread-people"),
        path("threads/<slug:number>/", views.thread_detail, name="thread-detail"),
        path("threads/<slug:number>/export/", views.thread_export, name="thread-export"),
        path("threads/<slug:number>/pdf/", views.thread_pdf, name="thread-pdf"),
        path("threads/<slug:number>/since/", views.thread_since, name="thread-since"),
        path("threads/<slug:number>/moves/<slug:name>/", views.thread_move, name="thread-move"),
        path("messages/<slug:number>/", views.message_detail, name="message-detail"),
        path("messages/<slug:number>/acknowledge/", views.message_acknowledge, name="message-acknowledge"),
        path("thread-notes/<slug:number>/", views.note_detail, name="note-detail"),
        path("threads/<slug:number>/agree/", agreed_views.action_create, name="action-create"),
        path("agreed-actions/", agreed_views.action_list, name="action-list"),
        path("agreed-actions/<slug:number>/", agreed_views.action_detail, name="action-detail"),
        path("agreed-actions/<slug:number>/finish/", agreed_views.action_finish, name="action-finish"),
        path("agreed-actions/<slug:number>/drop/", agreed_views.action_drop, name="action-drop"),
        path("conversations/<str:record_type>/<slug:number>/", tab_views.record_threads, name="record-threads"),
        path("cmos/<slug:number>/conversation/", tab_views.cmo_threads, name="cmo-threads"),
        path("sites/<slug:number>/conversation/", tab_views.site_threads, name="site-threads"),
        path("audits/<slug:number>/conversation/", tab_views.audit_threads, name="audit-threads"),
    ]
)
