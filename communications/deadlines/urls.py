"""The addresses of this room."""

from django.urls import path

from communications.deadlines import feed_views, views

urlpatterns = [
    path("deadlines/", views.deadline_list, name="deadline-list"),
    path("deadlines/export/<slug:kind>/", views.deadline_export, name="deadline-export"),
    path("deadlines/timeline/", views.deadline_timeline, name="deadline-timeline"),
    path("deadlines/<slug:number>/", views.deadline_detail, name="deadline-detail"),
    path("cmos/<slug:number>/deadlines/", views.cmo_deadlines, name="cmo-deadlines"),
    path("profile/feeds/", feed_views.feed_list, name="feed-list"),
    path("profile/feeds/<slug:number>/revoke/", feed_views.feed_revoke, name="feed-revoke"),
    path("feeds/<slug:token>.ics", feed_views.feed, name="feed"),
]
