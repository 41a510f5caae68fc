"""By which campaign, event or advertisement simulated people registered: one a medium and a stretch of the year."""

from typing import Any

import numpy as np
import numpy.typing as npt

SEASONS = ("겨울", "봄", "여름", "가을")
# medium → its campaigns; whoever came by another way, such as a friend or the shop itself, came by none.
CAMPAIGNS = {
    "hospital": "{year} {season} 예비맘 교실", "magazine": "육아 잡지 {year}년 {month}월호",
    "postnatal_centre": "{year} 조리원 체험팩", "flyer": "{year} {season} 전단", "app": "{year} 앱 가입 쿠폰",
}  # fmt: skip


def came_by(media: npt.NDArray[Any], registered: npt.NDArray[np.datetime64]) -> npt.NDArray[Any]:
    """The campaign of each, "" where there was none. media: codes; registered: local times."""
    months = registered.astype("datetime64[M]").astype(np.int64)
    words = np.full(len(media), "", dtype=object)
    for medium, name in CAMPAIGNS.items():
        mine = media == medium
        for month in np.unique(months[mine]).tolist():
            year, since = 1970 + month // 12, month % 12
            words[mine & (months == month)] = name.format(
                year=year, month=since + 1, season=SEASONS[(since + 1) % 12 // 3]
            )
    return words
