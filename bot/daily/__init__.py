"""Daily stories: the standing order as a value, and where it is kept."""

from bot.daily.keeping import DailyStories, daily_of, progress_from, progress_to
from bot.daily.standing import (
    FINISHED,
    HISTORY_DAYS,
    MOST_IN_A_SERVER,
    MOST_OF_A_MEMBER,
    PAUSED_BY_ADMIN,
    PAUSED_BY_HAND,
    PAUSED_BY_ITSELF,
    UNFINISHED,
    DailyStory,
    Length,
    Order,
    Progress,
    What,
)

__all__ = [
    "FINISHED",
    "HISTORY_DAYS",
    "MOST_IN_A_SERVER",
    "MOST_OF_A_MEMBER",
    "PAUSED_BY_ADMIN",
    "PAUSED_BY_HAND",
    "PAUSED_BY_ITSELF",
    "UNFINISHED",
    "DailyStories",
    "DailyStory",
    "Length",
    "Order",
    "Progress",
    "What",
    "daily_of",
    "progress_from",
    "progress_to",
]
