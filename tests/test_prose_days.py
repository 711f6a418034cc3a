"""Days and dates are understood as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.days import parse_day, parse_days

TODAY = date(2026, 11, 20)
LOCALES = ("en-US", "en-GB", "de", "fr", "es-ES", "pt-BR", "ja")


@pytest.mark.parametrize(
    ("text", "locale", "days"),
    [
        ("every day", "en-US", "0123456"),
        ("Weekdays", "en-US", "01234"),
        ("weekends", "en-US", "56"),
        ("Mon, Thu", "en-US", "03"),
        ("monday and thursday", "en-US", "03"),
        ("Mon-Fri", "en-US", "01234"),
        ("Sat–Mon", "en-US", "056"),
        ("Mo, Do", "de", "03"),
        ("Montag und Sonntag", "de", "06"),
        ("samedi", "fr", "5"),
        ("lunes y martes", "es-ES", "01"),
        ("月曜日", "ja", "0"),
        ("Friday", "ja", "4"),
    ],
)
def test_days_of_the_week(text: str, locale: str, days: str) -> None:
    assert parse_days(text, locale) == frozenset(map(int, days))


@pytest.mark.parametrize("text", ["", "  ", "blursday", "Mon-", "Mon, blursday", "12"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_days(text, "en-US") is None


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("2026-12-01", "en-US", date(2026, 12, 1)),
        ("today", "en-US", TODAY),
        ("tomorrow", "de", date(2026, 11, 21)),
        ("1 Dec", "en-GB", date(2026, 12, 1)),
        ("Dec 1", "en-US", date(2026, 12, 1)),
        ("December 24th, 2027", "en-US", date(2027, 12, 24)),
        ("1. Dezember", "de", date(2026, 12, 1)),
        ("24.12.", "de", date(2026, 12, 24)),
        ("24.12.2027", "de", date(2027, 12, 24)),
        ("12/24", "en-US", date(2026, 12, 24)),
        ("24/12", "en-GB", date(2026, 12, 24)),
        ("24/12/26", "fr", date(2026, 12, 24)),
        ("1 décembre", "fr", date(2026, 12, 1)),
        ("1 de diciembre de 2026", "es-ES", date(2026, 12, 1)),
        ("12月24日", "ja", date(2026, 12, 24)),
        ("20 Nov", "en-GB", TODAY),
        ("19 Nov", "en-GB", date(2027, 11, 19)),
        ("29 Feb", "en-GB", date(2028, 2, 29)),
    ],
)
def test_dates(text: str, locale: str, day: date) -> None:
    assert parse_day(text, locale, TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "31 Feb", "2026-13-01", "0.0.", "99", "1 Blah"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_day(text, "en-US", TODAY) is None


@given(st.text(), st.sampled_from(LOCALES))
def test_nothing_that_is_typed_breaks_it(text: str, locale: str) -> None:
    parse_days(text, locale)
    parse_day(text, locale, TODAY)


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.sampled_from(LOCALES))
def test_a_date_written_in_full_is_read_as_itself(day: date, locale: str) -> None:
    assert parse_day(day.isoformat(), locale, TODAY) == day
    assert parse_day(f"{day:%d.%m.%Y}", locale, TODAY) == day
