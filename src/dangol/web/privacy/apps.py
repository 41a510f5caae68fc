from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.privacy"
    label = "web_privacy"
