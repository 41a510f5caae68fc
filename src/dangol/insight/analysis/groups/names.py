"""Words of ours for runs and scores of groups; light, since lists ask for them before anything is worked out."""

RFM_KIND = "rfm"
CELL = "rfm"  # the score that holds the three in one word: recency-frequency-monetary
NO_PURCHASE = "none"
GROUPS_KIND = "groups"
