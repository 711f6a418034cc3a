"""Times of day as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import DeliveryError
from bot.prose.clock import AmbiguousTime, ClockTime, parse_time

hours = st.integers(0, 23)
minutes = st.integers(0, 59)


@pytest.mark.parametrize(
    "text",
    [
        "20:00", "20.00", "20,00", "2000", "8pm", "8 pm", "8PM", "8:00 PM", "8 p.m.", "8 p. m.",
        "8p", "20:00 PM", "20 Uhr", "20:00 Uhr", "20.00 Uhr", "20 Uhr 00", "um 20 Uhr",
        "8 Uhr abends", "20 Uhr abends", "20h", "20 h", "20h00", "à 20h", "8h du soir", "20 heures",
        "20 uur", "kl. 20", "kl 20.00", "a las 8 de la noche", "às 20h", "20時", "20 時 00 分",
        "午後8時", "下午8点", "晚上8點", "오후 8시", "２０：００", "８ｐｍ", "20：00", "8㏘",
        "٢٠:٠٠", "20 ч", "8 вечера", "в 20:00", "20:00:00", "2000h", "2000 hrs", "at 8pm", "@ 8pm",
        "8 o'clock pm", "8 o’clock p.m.", "  20:00\n",
        "8:00\u202fPM", "8 in the evening",
    ],
)  # fmt: skip
def test_eight_in_the_evening_is_read_however_it_is_written(text: str) -> None:
    assert parse_time(text) == ClockTime(20, 0)


@pytest.mark.parametrize(
    "text",
    ["20:30", "20.30", "2030", "8:30pm", "8.30 p.m.", "20 Uhr 30", "20h30", "20 h 30", "20h30min",
     "20時30分", "午後8時30分", "午後8時半", "午後8:30", "오후 8시 반", "下午8点半", "20.30 uur"],
)  # fmt: skip
def test_half_past_is_read_however_it_is_written(text: str) -> None:
    assert parse_time(text) == ClockTime(20, 30)


@pytest.mark.parametrize("text", ["08", "8:00", "0800", "800", "8 Uhr", "8h", "8時", "8am", "8a"])
def test_an_hour_written_as_on_the_24_hour_clock_is_not_ambiguous(text: str) -> None:
    assert parse_time(text) == ClockTime(8, 0)


@pytest.mark.parametrize("text", ["noon", "Noon", "12pm", "Mittag", "midi", "mediodía", "正午"])
def test_noon(text: str) -> None:
    assert parse_time(text) == ClockTime(12, 0)


@pytest.mark.parametrize(
    "text",
    ["midnight", "12am", "12 a.m.", "0", "00:00", "0000", "24:00", "24 Uhr", "Mitternacht",
     "minuit", "午前0時", "12 de la noche", "晚上12点", "자정"],
)  # fmt: skip
def test_midnight(text: str) -> None:
    assert parse_time(text) == ClockTime(0, 0)


def test_noon_on_the_japanese_half_day() -> None:
    assert parse_time("午後0時") == ClockTime(12, 0)
    assert parse_time("午後12時30分") == ClockTime(12, 30)


@pytest.mark.parametrize("text", ["8", " 8 ", "８", "8 o'clock", "at 8"])
def test_a_bare_hour_gives_both_halves_of_the_day(text: str) -> None:
    assert parse_time(text) == AmbiguousTime(ClockTime(8, 0), ClockTime(20, 0))


@pytest.mark.parametrize("text", ["12", "12 o'clock", "午後12時", "午前12時"])
def test_a_bare_twelve_is_midnight_or_noon(text: str) -> None:
    assert parse_time(text) == AmbiguousTime(ClockTime(0, 0), ClockTime(12, 0))


@pytest.mark.parametrize("hour", range(13, 24))
def test_a_bare_hour_past_twelve_is_clear(hour: int) -> None:
    assert parse_time(str(hour)) == ClockTime(hour, 0)


@pytest.mark.parametrize(
    "text",
    ["25:00", "8:75", "0pm", "0 am", "13am", "24:01", "24 pm", "2460", "99", "25 Uhr", "8:60pm"],
)
def test_a_time_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        parse_time(text)
    assert refusal.value.key == "daily.no-such-time"
    assert refusal.value.values == {"text": text}


@pytest.mark.parametrize(
    "text",
    ["", "   ", "soon", "🕗", "-8", "8-", "8:5", "8.5", "1:2:3", "8::00", "10000", "20:00 20:00",
     "8ampm", "noon pm", "午後8時 pm", "8 am am", "pm", ":", "uhr", "20:00 Berlin", "½", "\0",
     "8\u202e:00", "every day"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        parse_time(text)
    assert refusal.value.key == "daily.time-not-understood"


@pytest.mark.parametrize("text", ["x" * 1_000_000, "2" * 1_000_000, " " * 1_000_000 + "x"])
def test_a_refusal_of_something_huge_stays_short(text: str) -> None:
    with pytest.raises(DeliveryError) as refusal:
        parse_time(text)
    assert len(str(refusal.value.values["text"])) <= 40


@settings(deadline=None)
@given(hours, minutes, st.sampled_from([":", ".", "h", " Uhr ", "時", "：", " h "]))
def test_every_minute_of_the_day_is_read(hour: int, minute: int, mark: str) -> None:
    assert parse_time(f"{hour}{mark}{minute:02}") == ClockTime(hour, minute)


@settings(deadline=None)
@given(hours, minutes, st.sampled_from(["{} am", "{} pm", "{}am", "{}PM", "{} a.m."]))
def test_every_minute_of_the_12_hour_clock_is_read(hour: int, minute: int, form: str) -> None:
    half = form.lower().replace(".", "")
    found = parse_time(form.format(f"{hour % 12 or 12}:{minute:02}"))
    assert found == ClockTime(hour % 12 + (12 if "pm" in half else 0), minute)


@settings(deadline=None)
@given(st.text(max_size=80) | st.text("0123456789:.,hapm 時午後 ", max_size=12))
def test_anything_gives_a_time_on_the_clock_or_a_refusal(text: str) -> None:
    try:
        found = parse_time(text)
    except DeliveryError as refusal:
        assert refusal.key in {"daily.no-such-time", "daily.time-not-understood"}
        return
    if isinstance(found, AmbiguousTime):
        assert found.evening == ClockTime(found.morning.hour + 12, 0)
        found = found.evening
    assert 0 <= found.hour <= 23
    assert 0 <= found.minute <= 59
