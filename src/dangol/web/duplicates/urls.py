"""Addresses of duplicates and merges."""

from django.urls import path

from dangol.web.duplicates import deciding, views

urlpatterns = [
    path("", views.duplicates, name="duplicates"),
    path("search/", views.duplicates_search, name="duplicates_search"),
    path("work/", views.duplicates_work, name="duplicates_work"),
    path("compare/", views.duplicates_compare, name="duplicates_compare"),
    path("choose/<int:customer_id>/", views.duplicates_choose, name="duplicates_choose"),
    path("merge/", deciding.duplicates_merge, name="duplicates_merge"),
    path("merges/<int:merge_id>/undo/", deciding.duplicates_unmerge, name="duplicates_unmerge"),
    path("apart/", deciding.duplicates_apart, name="duplicates_apart"),
    path("apart/<int:said_id>/back/", deciding.duplicates_apart_back, name="duplicates_apart_back"),
]
