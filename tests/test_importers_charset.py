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
    decoded = decode(bytes(range(0x80, 0x100)) * 30)
    assert "encoding in library.toml" in decoded.messages[0]


JAPANESE = "雨がやんでから、灯台守はゆっくりと階段を下りた。「もう朝ですか」と彼女は尋ねた。"
SIMPLIFIED = "雨停了以后，看灯塔的人慢慢走下楼梯。“已经是早上了吗？”她问。他没有回答。"
TRADITIONAL = "雨停了以後，看燈塔的人慢慢走下樓梯。「已經是早上了嗎？」她問。他沒有回答。"
KOREAN = "비가 그친 뒤에 등대지기는 계단을 내려왔다. 그녀가 물었다. 그는 대답하지 않았다."
RUSSIAN = "Когда дождь кончился, смотритель маяка спустился по лестнице. Он не ответил ей."
UKRAINIAN = "Коли дощ скінчився, доглядач маяка спустився сходами. Він не відповів їй ґречно."
GREEK = "Όταν σταμάτησε η βροχή, ο φύλακας του φάρου κατέβηκε τη σκάλα. Ξημέρωσε;"
HEBREW = "כשהגשם פסק ירד שומר המגדלור לאט במדרגות. הים עדיין היה חשוך, ולא נשמע קול."
ARABIC = "عندما توقف المطر نزل حارس المنارة ببطء على الدرج. كان البحر لا يزال مظلما."
THAI = "เมื่อฝนหยุด คนเฝ้าประภาคารเดินลงบันไดช้าๆ ทะเลยังมืดอยู่ ไม่มีเสียงของใครเลย"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (JAPANESE, "cp932", "Shift_JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
        (SIMPLIFIED, "gb18030", "GB18030"),
        (SIMPLIFIED, "gb2312", "GB18030"),
        (TRADITIONAL, "cp950", "Big5"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (KOREAN, "cp949", "EUC-KR"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (RUSSIAN, "cp866", "IBM866"),
        (RUSSIAN, "iso8859_5", "ISO-8859-5"),
        (RUSSIAN, "mac_cyrillic", "x-mac-cyrillic"),
        (UKRAINIAN, "cp1251", "windows-1251"),
        (UKRAINIAN, "koi8_u", "KOI8-U"),
        (GREEK, "cp1253", "windows-1253"),
        (HEBREW, "cp1255", "windows-1255"),
        (ARABIC, "cp1256", "windows-1256"),
        (THAI, "cp874", "TIS-620"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "<html><body><p>{}</p></body></html>\n", "\n\n{}\n" * 9])
def test_an_old_encoding_of_another_script_is_found_and_told(
    text: str, encoding: str, name: str, around: str
) -> None:
    told = around.replace("{}", text)
    decoded = decode(told.encode(encoding))
    assert decoded.text == told
    assert (decoded.encoding, decoded.is_guessed) == (name, True)
    assert name in decoded.messages[0]
    assert "encoding = " in decoded.messages[0]


def test_an_old_encoding_is_found_behind_a_long_beginning_in_english() -> None:
    told = "Nobody spoke of it again.\n" * 100_000 + RUSSIAN
    assert decode(told.encode("koi8_r")).text == told


def test_one_broken_byte_does_not_hide_an_old_encoding() -> None:
    data = (SIMPLIFIED * 40).encode("gb18030")
    decoded = decode(data[:400] + b"\xff" + data[400:-1])
    assert decoded.encoding == "GB18030"
    assert any("could not be read" in told for told in decoded.messages)


@pytest.mark.parametrize(
    "text",
    [
        "Das Mädchen öffnete die Tür. „Größer“, flüsterte sie – „viel größer.“ Über Straßen.",
        "L’été était passé à côté de la forêt. « Où êtes-vous ? » demanda-t-elle, étonnée…",
        "El niño corrió. —¿Dónde está? —preguntó—. ¡Aquí! —Sí.",
        "Þetta er öðruvísi, sagði hún. Ég á ekki von á því að það gangi. Ó, já, ætíð.",
        "“Well,” she said—“it’s late…” “Oh?” “Yes.”",
        "“…”—“…!”—“…”—‘…’ “—”",
    ],
)
def test_western_languages_are_taken_for_no_other_script(text: str) -> None:
    decoded = decode((text * 5).encode("cp1252"))
    assert (decoded.text, decoded.encoding) == (text * 5, "cp1252")


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


def test_a_text_is_cleaned_the_same_whatever_stands_beside_it() -> None:
    odd = "\x00"  # with it, every step is taken
    letters = [chr(code) for code in range(0x3100) if not unicodedata.combining(chr(code))]
    differing = [one for one in letters if clean(one) != clean(odd + one)]
    assert differing == []


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
