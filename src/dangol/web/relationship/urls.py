"""Addresses of the relationship map."""

from django.urls import path

from dangol.web.relationship import views
from dangol.web.relationship.assumed import views as assumed
from dangol.web.relationship.back_test import views as back_test
from dangol.web.relationship.core import needs as core_needs
from dangol.web.relationship.core import views as core
from dangol.web.relationship.expectation.views import expectation
from dangol.web.relationship.following.views import followed
from dangol.web.relationship.loop import views as loop
from dangol.web.relationship.loyalty import views as loyalty
from dangol.web.relationship.movement import views as movement
from dangol.web.relationship.positioning import views as positioning
from dangol.web.relationship.stages import views as stages
from dangol.web.relationship.validity import views as validity

urlpatterns = [
    path("", views.map_page, name="map"),
    path("sendable/", views.map_sendable, name="map_sendable"),
    path("<int:run_id>/spec.json", views.map_spec, name="map_spec"),
    path("<int:run_id>/map.<slug:kind>", views.map_file, name="map_file"),
    path("<int:run_id>/list/", views.map_list, name="map_list"),
    path("stages/", stages.stages, name="stages"),
    path("stages/tell/", stages.stages_ask, name="stages_ask"),
    path("stages/work/", stages.stages_work, name="stages_work"),
    path("stages/<int:run_id>/<slug:chart>.<slug:kind>", stages.stages_file, name="stages_file"),
    path("core/", core.core_customers, name="core_customers"),
    path("core/find/", core.core_find, name="core_find"),
    path("core/work/", core.core_work, name="core_work"),
    path("core/need/", core_needs.core_need, name="core_need"),
    path("core/<slug:who>/", core.core_kind, name="core_kind"),
    path("core/<int:run_id>/<slug:chart>.<slug:kind>", core.core_file, name="core_file"),
    path("loop/", loop.loop, name="loop"),
    path("loop/set/", loop.loop_set, name="loop_set"),
    path("loyalty/", loyalty.loyalty, name="loyalty"),
    path("loyalty/plan/", loyalty.loyalty_plan, name="loyalty_plan"),
    path("loyalty/measure/", loyalty.loyalty_measure, name="loyalty_measure"),
    path("loyalty/work/", loyalty.loyalty_work, name="loyalty_work"),
    path("loyalty/ask/", loyalty.loyalty_ask, name="loyalty_ask"),
    path("loyalty/<int:run_id>/index.<slug:kind>", loyalty.loyalty_file, name="loyalty_file"),
    path("settings/", assumed.value_settings, name="value_settings"),
    path("settings/try/", assumed.value_settings_try, name="value_settings_try"),
    path("settings/work/", assumed.value_settings_work, name="value_settings_work"),
    path("settings/save/", assumed.value_settings_save, name="value_settings_save"),
    path("settings/now/", assumed.value_settings_now, name="value_settings_now"),
    path("settings/now/work/", assumed.value_settings_valuing, name="value_settings_valuing"),
    path("settings/undo/", assumed.value_settings_undo, name="value_settings_undo"),
    path("expectation/", expectation, name="expectation"),
    path("came-true/", back_test.value_test, name="value_test"),
    path("came-true/test/", back_test.value_test_ask, name="value_test_ask"),
    path("came-true/work/", back_test.value_test_work, name="value_test_work"),
    path("came-true/<int:run_id>/<slug:chart>.<slug:kind>", back_test.value_test_file, name="value_test_file"),
    path("positioning/", positioning.positioning, name="positioning"),
    path("positioning/followed/", followed, name="followed"),
    path("positioning/ask/", positioning.positioning_ask, name="positioning_ask"),
    path("positioning/work/", positioning.positioning_work, name="positioning_work"),
    path("positioning/programme/<slug:code>/", positioning.positioning_programme, name="positioning_programme"),
    path("then/map.<slug:kind>", movement.map_then_file, name="map_then_file"),
    path("movement/", movement.movement, name="movement"),
    path("movement/work-out/", movement.movement_work_out, name="movement_work_out"),
    path("movement/work/", movement.movement_work, name="movement_work"),
    path("movement/who/", movement.movement_who, name="movement_who"),
    path("movement/short/<int:imbalance_id>/give/", movement.imbalance_give, name="imbalance_give"),
    path("movement/short/<int:imbalance_id>/close/", movement.imbalance_close, name="imbalance_close"),
    path("movement/<slug:chart>.<slug:kind>", movement.movement_file, name="movement_file"),
    path("validity/", validity.validity, name="validity"),
    path("validity/test/", validity.validity_ask, name="validity_ask"),
    path("validity/work/", validity.validity_work, name="validity_work"),
    path("validity/<int:run_id>/<slug:chart>.<slug:kind>", validity.validity_file, name="validity_file"),
]
