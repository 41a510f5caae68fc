"""What is invented about the chain of shops, and with which numbers.

Nobody here exists, and no number was fitted to a real business. What a bench or a demo at scale needs is there: people
who differ far more than averages tell, who leave without a word, who come in twice under two numbers, sales that name
nobody, goods that come back, and a few shops that sell most.

Telephone numbers, addresses and postcodes are such as nobody can have, as with the dairy.
"""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

type Whole = NDArray[np.int64]
type Real = NDArray[np.float64]
type Flags = NDArray[np.bool_]
type Words = NDArray[np.object_]
type Times = NDArray[np.datetime64]

STARTS = datetime.fromisoformat("2023-11-20")  # a Monday; Seoul time like all times here
CLOSES = datetime.fromisoformat("2026-11-23")
WEEKS = 157
DAY, WEEK = 86_400, 7 * 86_400
SHOPS = 24
PART = 20_000  # customers made at a time: memory does not grow with the business

OLD = 0.35  # share of customers who had registered before history begins
RATE_SHAPE = 0.7  # gamma shape of how often people buy: smaller is more unlike
STAYING = 150  # weeks a customer stays, on average
ANONYMOUS = 0.08  # share of purchases that name nobody
RETURNED = 0.008  # share of lines that come back within ten days
BASKET = 4.0  # mean lines of a purchase
HOME_SHOP = 0.82  # purchases in the shop one usually goes to
ON_SALE, SALE = 0.14, (0.1, 0.3)  # share of lines at a reduced price, and by how much
COUPON, COUPON_WON = 0.05, 2_000
FAVOURITE = 0.4  # lines out of the department one likes best
WEEKDAYS = (0.12, 0.12, 0.13, 0.13, 0.16, 0.19, 0.15)  # Monday first
HOURS = (9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)
HOUR_SHARES = (0.03, 0.06, 0.09, 0.07, 0.06, 0.06, 0.07, 0.09, 0.12, 0.13, 0.11, 0.07, 0.04)

TWICE = 0.02  # share of customers who are somebody registered before, under another number
TWICE_PHONE, TWICE_BORN, TWICE_HOME, TWICE_NAME = 0.7, 0.85, 0.6, 0.9  # of those: what they gave the same again
TOGETHER = 0.12  # share who live with the customer before them
PHONE, EMAIL, BORN = 0.93, 0.42, 0.88  # shares of whom these are known
ASKED, SMS, MAIL = 0.85, 0.62, 0.35  # asked about advertising; of those, agreed by text message and by e-mail
MEDIA = (("shop", 0.52), ("web", 0.22), ("app", 0.16), ("friend", 0.07), ("flyer", 0.03))


def stream(*names: int | str) -> np.random.Generator:
    """A stream of random numbers of its own for each list of names: nothing else disturbs it."""
    words = [name if isinstance(name, int) else int.from_bytes(name.encode(), "big") for name in names]
    return np.random.default_rng(words)


def moments(seconds: Whole) -> Times:
    """Seconds since history begins as local times to the microsecond."""
    return (np.datetime64(STARTS, "s") + seconds.astype("timedelta64[s]")).astype("datetime64[us]")
