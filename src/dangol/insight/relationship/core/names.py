"""Words of ours for the run and its scores: the same for ever, since lists, segments and saved views hold them."""

KIND = "core"
PROFIT, EXCHANGE, OPINION = "core_profit", "core_exchange", "core_opinion"
NAMES = (PROFIT, EXCHANGE, OPINION)
MET = "core_met"  # how many of the criteria are met
SET = "core_set"  # which of them together
CONTRIBUTION = "contribution"
REVENUE_YEAR = "net_revenue_year"
TENTH = "contribution_tenth"
MONTHS = "months_bought"
HEARD = "words_heard"
FREQUENT = "frequent_user"  # where nothing is sold: comes on so many days a year
YES = "yes"
LOSS = "loss"  # the tenth of those who cost more than they bring in
TENTHS = (*(str(number) for number in range(1, 11)), LOSS)
SETS = ("profit", "exchange", "opinion", "profit-exchange", "profit-opinion", "exchange-opinion",
        "profit-exchange-opinion")  # fmt: skip
NEED_SHARE = "need_share"  # of all stated needs, the part covered with us
NEED_YEAR = "need_year"  # those needs, a year
NEED_RAISE = "need_raise"  # what of a large need is covered little
EVERYTHING = "0"  # what a need is about that is of everything sold; else the number of a category
LEVEL = " / "  # between the levels of a category
BINS = 10  # of shares of needs
EQUITY, REVENUE = "equity", "revenue"
MEASURES = (CONTRIBUTION, REVENUE, EQUITY)
REFERRAL = "referral"
