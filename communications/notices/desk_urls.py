"""The addresses of the administrator's desk."""

from django.urls import path

from communications.notices import desk_views as desk

urlpatterns = [
    path("operations/", desk.operation_list, name="operation-list"),
    path("operations/mails/send/", desk.mail_send_all, name="mail-send-all"),
    path("operations/mails/send-to-cmos/", desk.mail_send_cmos, name="mail-send-cmos"),
    path("operations/mails/<slug:key>/send/", desk.mail_send, name="mail-send"),
]
