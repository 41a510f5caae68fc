from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.public"
    label = "web_public"
