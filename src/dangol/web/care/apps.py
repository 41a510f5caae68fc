from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dangol.web.care"
    label = "web_care"
