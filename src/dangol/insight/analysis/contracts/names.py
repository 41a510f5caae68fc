"""The words by which runs and scores of this room are kept: the same for ever."""

KIND = "contracts"
MONTHS = (1, 3, 12)
STAYS = {1: "stays_1_month", 3: "stays_3_months", 12: "stays_12_months"}  # chance to be with us after so long
COMMITMENT = "contract_commitment"  # part of the months to come that may be expected, 0–1
