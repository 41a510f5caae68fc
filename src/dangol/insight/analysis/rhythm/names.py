"""The words by which runs and scores of this room are kept: the same for ever."""

KIND = "rhythm"
CHECK = "rhythm_check"
SCORE = "expected_purchases"
