"""The addresses of the rooms."""

from communications.deadlines import urls as deadlines
from communications.inbound import urls as inbound
from communications.messages import urls as messages
from communications.notices import desk_urls as desk
from communications.notices import urls as notices
from communications.portal import urls as portal
from communications.updates import urls as updates

app_name = "communications"
urlpatterns = [
    *deadlines.urlpatterns,
    *notices.urlpatterns,
    *desk.urlpatterns,
    *messages.urlpatterns,
    *inbound.urlpatterns,
    *updates.urlpatterns,
    *portal.urlpatterns,
]
