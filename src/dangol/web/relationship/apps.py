from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.relationship"
    label = "web_relationship"
