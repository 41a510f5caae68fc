"""Addresses of the customers' own pages. What follows `my/` and leads nowhere gets the answer of a dead link."""

from django.urls import path, re_path

from dangol.records.customers.own_pages import CONSENT, DATA, STOP, WISHES
from dangol.web.public import consent, data, data_pages, handing_out, joining, notice, pages, stop, wishes

urlpatterns = [
    path("privacy/notice/", notice.own_notice, name="own_notice"),
    path("join/", joining.own_join, name="own_join"),
    path("my/", data.own_start, name="own_start"),
    path(f"{STOP.path}<str:token>/", stop.own_stop, name="own_stop"),
    path(f"{WISHES.path}<str:token>/", wishes.own_wishes, name="own_wishes"),
    path(f"{CONSENT.path}<str:token>/", consent.own_consent, name="own_consent"),
    path(f"{DATA.path}<str:token>/", data.own_data, name="own_data"),
    path(f"{DATA.path}<str:token>/code/", data.own_code, name="own_code"),
    path(f"{DATA.path}<str:token>/close/", data.own_close, name="own_close"),
    path(f"{DATA.path}<str:token>/see/", data_pages.own_see, name="own_see"),
    path(f"{DATA.path}<str:token>/file/", data_pages.own_file, name="own_file"),
    path(f"{DATA.path}<str:token>/correct/", data_pages.own_correct, name="own_correct"),
    path(f"{DATA.path}<str:token>/stop/", data_pages.own_halt, name="own_halt"),
    path(f"{DATA.path}<str:token>/object/", data_pages.own_object, name="own_object"),
    path(f"{DATA.path}<str:token>/explain/", data_pages.own_explain, name="own_explain"),
    path(f"{DATA.path}<str:token>/erase/", data_pages.own_erase, name="own_erase"),
    path(f"{DATA.path}<str:token>/requests/", data_pages.own_requests, name="own_requests"),
    re_path(r"^my/(?P<rest>.*)$", pages.own_nowhere, name="own_nowhere"),
    path("customers/<int:customer_id>/link/", handing_out.customer_link, name="customer_link"),
]
