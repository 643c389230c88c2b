"""The addresses of the rooms."""

from communications.deadlines import urls as deadlines
from communications.notices import desk_urls as desk
from communications.notices import urls as notices
from communications.updates import urls as updates

app_name = "communications"
urlpatterns = [*deadlines.urlpatterns, *notices.urlpatterns, *desk.urlpatterns, *updates.urlpatterns]
