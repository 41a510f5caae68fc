"""Keeps one file for each thing proved; its `figures()` returns the rows, its docstring says how they were found.

Called by: tests.bench.one, each in a process of its own.
Must never know: one another, or how the report looks.
"""

# In this order: the first makes the homes that the others look into.
NAMES = (
    "demos_are_quick",
    "help_is_quick",
    "pages_are_quick",
    "own_file_is_quick",
    "backup_is_quick",
    "intervals_cover_the_truth",
    "salts_find_nothing",
    "imports_keep_up_with_bare_loads",
    "web_logs_are_read_quickly",
    "refresh_keeps_up_with_sql",
    "large_refreshes_keep_up",
    "cube_keeps_up_with_sql",
    "grows_on_both_engines",
    "fit_is_quick",
    "fit_takes_batches",
    "fit_beats_peers",
    "scope_costs_little",
    "lists_are_quick",
    "anybody_is_found_at_once",
    "looks_take_a_minute",
    "access_log_costs_little",
    "rights_are_quick",
    "permission_is_quick",
    "duplicates_are_found",
    "baskets_are_counted_quickly",
    "voices_are_understood",
    "purchases_are_foreseen",
    "insight_pages_are_quick",
    "both_sides_are_valued_quickly",
    "portfolio_is_quick",
)
