"""Joins the pages' addresses: every folder of web/ brings its own."""

from django.urls import URLPattern, URLResolver, include, path

PAGES = {
    "": ("shell", "start", "today", "customers", "staff", "public"),
    "customers/duplicates/": ("duplicates",),
    "map/": ("relationship",),
    "campaigns/": ("campaigns",),
    "care/": ("care",),
    "segments/": ("segments",),
    "insight/": ("insight",),
    "import/": ("imports",),
    "privacy/": ("privacy",),
    "readiness/": ("readiness",),
    "api/v1/": ("api",),
}

urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"dangol.web.{folder}.urls")) for prefix, folders in PAGES.items() for folder in folders
]
