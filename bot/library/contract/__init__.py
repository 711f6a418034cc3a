"""The contract of the store by topic; `bot.library.base` joins it."""
