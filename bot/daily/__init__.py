"""Daily stories: the standing order as a value, and where it is kept."""

from bot.daily.keeping import (
    CANNOT_BE_READ,
    DailyStories,
    daily_of,
    progress_from,
    progress_to,
    shown_of,
)
from bot.daily.standing import (
    FINISHED,
    HISTORY_DAYS,
    MOST_IN_A_SERVER,
    MOST_OF_A_MEMBER,
    PAUSED_BY_ADMIN,
    PAUSED_BY_HAND,
    PAUSED_BY_ITSELF,
    UNFINISHED,
    UNREADABLE,
    DailyStory,
    Length,
    Order,
    Progress,
    What,
)

__all__ = [
    "CANNOT_BE_READ",
    "FINISHED",
    "HISTORY_DAYS",
    "MOST_IN_A_SERVER",
    "MOST_OF_A_MEMBER",
    "PAUSED_BY_ADMIN",
    "PAUSED_BY_HAND",
    "PAUSED_BY_ITSELF",
    "UNFINISHED",
    "UNREADABLE",
    "DailyStories",
    "DailyStory",
    "Length",
    "Order",
    "Progress",
    "What",
    "daily_of",
    "progress_from",
    "progress_to",
    "shown_of",
]
