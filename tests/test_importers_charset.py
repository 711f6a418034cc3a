"""Bytes to text, and what of it is no text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ImportFailed
from bot.importers.charset import clean, decode

ENGLISH = "“It’s cold,” she said — and café lights went out.\nNobody spoke.\n" * 20


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_encoding_is_read_in_silence(encoding: str) -> None:
    decoded = decode(ENGLISH.encode(encoding))
    assert decoded.text == ENGLISH
    assert decoded.messages == ()


@pytest.mark.parametrize("text", ["Пришла зима.\nОна молчала. " * 9, "雨の駅\n「さむい」\n" * 9])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_found_by_its_spaces_and_line_breaks(
    text: str, encoding: str
) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("data", [b"First.\n\0", b"abc\0", b"It rained.\0 It\0 fell.\n" * 9])
def test_text_with_a_hole_is_no_utf16(data: bytes) -> None:
    assert decode(data).text == data.decode()


def test_windows_1252_is_the_fallback_and_is_told() -> None:
    decoded = decode(ENGLISH.encode("cp1252"))
    assert decoded.text == ENGLISH
    assert decoded.encoding == "cp1252"
    assert "Windows-1252" in decoded.messages[0]


def test_a_few_accents_in_a_long_old_file_are_not_lost() -> None:
    text = "Nobody spoke of it again. " * 1_000 + "A café."
    assert decode(text.encode("cp1252")).text == text


def test_utf8_with_a_broken_byte_stays_utf8_and_is_told() -> None:
    data = ENGLISH.encode()
    decoded = decode(data[:20] + b"\xff" + data[20:])
    assert decoded.text.replace("\ufffd", "") == ENGLISH
    assert decoded.encoding == "utf-8"
    assert decoded.messages == ("1 byte of this UTF-8 file could not be read and show as “�”.",)


def test_utf8_cut_inside_a_character_stays_utf8() -> None:
    assert decode((ENGLISH + "—").encode()[:-1]).text == ENGLISH + "\ufffd"


def test_a_replacement_character_of_the_author_is_no_broken_byte() -> None:
    assert decode("\ufffd and é".encode()).messages == ()


def test_a_file_of_mostly_high_bytes_is_told_to_be_another_language() -> None:
    decoded = decode(("Пришла зима. " * 30).encode("cp1251"))
    assert "encoding in library.toml" in decoded.messages[0]


def test_a_stated_encoding_is_used() -> None:
    text = "Пришла зима. " * 30
    assert decode(text.encode("koi8-r"), "koi8-r").text == text


@pytest.mark.parametrize("name", ["martian", "rot13", "base64", "a\0b", "é"])
def test_a_stated_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        decode(b"text", name, file="a.txt")
    assert failed.value.key == "import.unknown-encoding"
    assert failed.value.values["file"] == "a.txt"


@given(st.binary(max_size=400))
def test_decoding_never_fails(data: bytes) -> None:
    decode(data)


@given(st.text())
def test_utf8_text_comes_back_unless_it_holds_nuls(text: str) -> None:
    text = text.replace("\0", "").removeprefix("\ufeff")
    assert decode(text.encode("utf-8", "ignore")).text.encode() == text.encode("utf-8", "ignore")


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_holds_no_control_and_is_composed(text: str) -> None:
    cleaned = clean(text)
    assert all(char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"} for char in cleaned)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


def test_line_breaks_of_every_kind_become_one_kind() -> None:
    assert clean("a\r\nb\rc\vd\fe\x85f\u2028g\u2029h") == "a\nb\nc\nd\ne\nf\ng\n\nh"


def test_controls_go_and_never_join_two_words() -> None:
    assert clean("\ufeffone\x1ftwo\x07\x9b\ud800") == "one two"


def test_joiners_and_variation_selectors_stay() -> None:
    text = "👩‍🚀 ❤️ می‌خواهم क्‍ष"
    assert clean(text) == unicodedata.normalize("NFC", text)


def test_a_long_run_of_combining_marks_takes_linear_time() -> None:
    text = "é\u0315\u0300" + "\u0315\u0300" * 500_000
    assert len(clean(text)) == len(text)
