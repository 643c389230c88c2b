"""The addresses of this room."""

from django.urls import path

from communications.messages import tab_views, views
from vendors.registry.moved import with_survivors

urlpatterns = with_survivors(
    [
        path("threads/", views.thread_list, name="thread-list"),
        path("threads/start/", views.thread_create, name="thread-create"),
        path("threads/unread/", views.thread_unread, name="thread-unread"),
        path("threads/<slug:number>/people/", views.thread_people, name="thread-people"),
        path("threads/<slug:number>/", views.thread_detail, name="thread-detail"),
        path("threads/<slug:number>/export/", views.thread_export, name="thread-export"),
        path("threads/<slug:number>/since/", views.thread_since, name="thread-since"),
        path("threads/<slug:number>/moves/<slug:name>/", views.thread_move, name="thread-move"),
        path("messages/<slug:number>/", views.message_detail, name="message-detail"),
        path("messages/<slug:number>/acknowledge/", views.message_acknowledge, name="message-acknowledge"),
        path("thread-notes/<slug:number>/", views.note_detail, name="note-detail"),
        path("cmos/<slug:number>/conversation/", tab_views.cmo_threads, name="cmo-threads"),
        path("sites/<slug:number>/conversation/", tab_views.site_threads, name="site-threads"),
        path("audits/<slug:number>/conversation/", tab_views.audit_threads, name="audit-threads"),
    ]
)
