"""Addresses of Insight: the index, then one page a question."""

from django.urls import path

from dangol.web.insight import files, views
from dangol.web.insight.baskets import views as baskets
from dangol.web.insight.contracts import views as contracts
from dangol.web.insight.costs import views as costs
from dangol.web.insight.cube import keeping as cube_keeping
from dangol.web.insight.cube import saved as cube_saved
from dangol.web.insight.cube import views as cube
from dangol.web.insight.cube import whom as cube_whom
from dangol.web.insight.feedback import views as feedback
from dangol.web.insight.groups import views as groups
from dangol.web.insight.leaving import views as leaving
from dangol.web.insight.reports import views as reports
from dangol.web.insight.rhythm import views as rhythm
from dangol.web.insight.satisfaction import views as satisfaction
from dangol.web.insight.statistics import views as statistics

urlpatterns = [
    path("", views.insight, name="insight"),
    path("ask/", views.insight_ask, name="insight_ask"),
    path("costs/", costs.insight_costs, name="insight_costs"),
    path("costs/enter/", costs.insight_costs_enter, name="insight_costs_enter"),
    path("costs/<int:cost_id>/back/", costs.insight_costs_back, name="insight_costs_back"),
    path("costs/count/", costs.insight_costs_count, name="insight_costs_count"),
    path("costs/work/", costs.insight_costs_work, name="insight_costs_work"),
    path("cube/", cube.insight_cube, name="insight_cube"),
    path("cube/stop/", cube.insight_cube_stop, name="insight_cube_stop"),
    path("cube/whom/", cube_whom.insight_cube_whom, name="insight_cube_whom"),
    path("cube/whom/keep/", cube_keeping.insight_cube_keep, name="insight_cube_keep"),
    path("cube/picture.<slug:kind>", cube.insight_cube_file, name="insight_cube_file"),
    path("cube/table.<slug:kind>", cube.insight_cube_table, name="insight_cube_table"),
    path("cube/saved/new/", cube_saved.insight_question_new, name="insight_question_new"),
    path("cube/saved/<int:question_id>/", cube_saved.insight_question, name="insight_question"),
    path("cube/saved/<int:question_id>/edit/", cube_saved.insight_question_edit, name="insight_question_edit"),
    path("cube/saved/<int:question_id>/remove/", cube_saved.insight_question_remove, name="insight_question_remove"),
    path("cube/saved/<int:question_id>/back/", cube_saved.insight_question_back, name="insight_question_back"),
    path("reports/", reports.insight_reports, name="insight_reports"),
    path("reports/<int:report_id>/", reports.insight_report, name="insight_report"),
    path("reports/<int:report_id>/edit/", reports.insight_report_edit, name="insight_report_edit"),
    path("reports/<int:report_id>/end/", reports.insight_report_end, name="insight_report_end"),
    path("reports/<int:report_id>/take-up/", reports.insight_report_take_up, name="insight_report_take_up"),
    path("reports/<int:report_id>/send/", reports.insight_report_send, name="insight_report_send"),
    path("reports/<int:report_id>/again/<int:mail_id>/", reports.insight_report_again, name="insight_report_again"),
    path("reports/<int:report_id>/report.<slug:kind>", reports.insight_report_file, name="insight_report_file"),
    path("<slug:question>/<int:run_id>/<slug:chart>.<slug:kind>", files.insight_file, name="insight_file"),
    path("groups/", groups.groups, name="insight_groups"),
    path("groups/look/", groups.groups_look, name="insight_groups_look"),
    path("groups/work/", groups.groups_work, name="insight_groups_work"),
    path("rhythm/", rhythm.rhythm, name="insight_rhythm"),
    path("rhythm/ask/", rhythm.rhythm_ask, name="insight_rhythm_ask"),
    path("rhythm/work/", rhythm.rhythm_work, name="insight_rhythm_work"),
    path("contracts/", contracts.contracts, name="insight_contracts"),
    path("contracts/ask/", contracts.contracts_ask, name="insight_contracts_ask"),
    path("contracts/work/", contracts.contracts_work, name="insight_contracts_work"),
    path("feedback/", feedback.insight_feedback, name="insight_feedback"),
    path("feedback/read/", feedback.insight_feedback_read, name="insight_feedback_read"),
    path("feedback/work/", feedback.insight_feedback_work, name="insight_feedback_work"),
    path("feedback/file/<slug:kind>/", feedback.insight_feedback_file, name="insight_feedback_file"),
    path("feedback/<int:feedback_id>/tone/", feedback.insight_feedback_tone, name="insight_feedback_tone"),
    path("baskets/", baskets.baskets, name="insight_baskets"),
    path("baskets/find/", baskets.baskets_find, name="insight_baskets_find"),
    path("baskets/work/", baskets.baskets_work, name="insight_baskets_work"),
    path("baskets/<int:run_id>/list/", baskets.baskets_list, name="insight_baskets_list"),
    path("baskets/<int:run_id>/<slug:part>/<int:place>/", baskets.baskets_whom, name="insight_baskets_whom"),
    path(
        "baskets/<int:run_id>/<slug:part>/<int:place>/list/",
        baskets.baskets_whom_list,
        name="insight_baskets_whom_list",
    ),
    path("statistics/", statistics.statistics, name="insight_statistics"),
    path("statistics/work/", statistics.statistics_work, name="insight_statistics_work"),
    path("statistics/<slug:asked>/", statistics.statistics_ask, name="insight_statistics_ask"),
    path("statistics/<slug:asked>/answer.<slug:kind>", statistics.statistics_file, name="insight_statistics_file"),
    path("leaving/", leaving.leaving, name="insight_leaving"),
    path("leaving/look/", leaving.leaving_look, name="insight_leaving_look"),
    path("leaving/work/", leaving.leaving_work, name="insight_leaving_work"),
    path("satisfaction/", satisfaction.satisfaction, name="insight_satisfaction"),
    path("satisfaction/look/", satisfaction.satisfaction_look, name="insight_satisfaction_look"),
    path("satisfaction/work/", satisfaction.satisfaction_work, name="insight_satisfaction_work"),
]
