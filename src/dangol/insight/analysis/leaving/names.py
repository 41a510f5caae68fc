"""The names under which it is kept: the kinds of run, and the scores."""

KIND = "leaving"
CHECK = "leaving_check"
CHANCE = "chance_of_return"  # 0–1, within the days of the run
AT_STAKE = "at_stake"  # what such days usually bring in of the customer × the chance that they stay away, minor units
LEAF = "return_leaf"  # number of the leaf of the drawn tree
REASONS = 3


def reason_name(place: int) -> str:
    """The score that holds a reason: its value is the change of the chance, its text the thing."""
    return f"return_reason_{place}"


def fact_name(place: int) -> str:
    """The score that holds what is known of the thing of that reason."""
    return f"return_fact_{place}"
