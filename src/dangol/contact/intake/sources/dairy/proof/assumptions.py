"""What the proof invents beyond the demo, all of it to make the truth harder to find. A test compares the docs with it.

- How often somebody buys, and how content they are, drift. Nothing in Dangol knows that.
- People tick high: what they feel is bent upwards before it is rounded.
- Of contacts that cost customers time, one in four is never written down. What they cost is lost all the same.
- The less content complain more than in the demo, and more is complained of: else the survey would not matter.
"""

from dangol.contact.intake.sources.dairy.assumptions import DAY, OPENS, WEEK, seconds

CUT_OFF = seconds(OPENS)
YEAR = 365 * DAY
QUARTER = 13 * WEEK
QUARTERS = 8  # of history
WINDOW = 8 * WEEK  # the weeks beyond the cut-off

DRIFT = 0.35  # standard deviation of the logarithm of how often somebody buys, about their own mean
STAYS = 0.8  # of a deviation, a quarter later
MOOD = 0.25  # the same of satisfaction, on the scale of 1 to 7
MOOD_STAYS = 0.8  # of a mood, from the survey to the cut-off
BENT = 0.6  # exponent: below 1, ratings pile up at the top
ITEM_NOISE = 0.58  # of an item before it is bent; the mean of two, rounded, has reliability .8
UNRECORDED = 0.25  # of contacts
LOUDER = 2.0  # how much more complaints depend on satisfaction than in the demo
COMPLAINED_OF = 4.0  # complaints, times those of the demo

MARGIN = 0.30
MINUTE = 200  # won
RETURN = 15.0  # minutes
HORIZON = 12  # quarters
DISCOUNT = 0.10  # a year
TOLERANCE = 15.0  # points about the fair-value line
