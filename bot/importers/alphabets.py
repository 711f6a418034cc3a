"""Which old encoding a text is in, told by how common its letters would be.

Bytes read in a wrong encoding give letters of the right script that hardly any
text uses, or none at all. So each encoding is tried, and the share of the most
common letters of its language is counted; the surest wins, and none if none is
sure. A detector by statistics of byte pairs was measured and not taken: it
knows no GB18030 text, and takes English in Windows-1252 for Central European.
"""

import re
from dataclasses import dataclass
from functools import cache

_SAMPLE = 60_000  # bytes of lines that hold more than ASCII
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_BESIDE_LATIN = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff](?=[A-Za-z])")
_HIGH = bytes(range(0x80, 0x100))
_RUNS_SHARE = 0.4  # of the bytes beyond ASCII that stand beside another; fewer are accents
_LATIN_SHARE = 0.15  # of the bytes beyond ASCII that stand beside a Latin letter: accents
_FEWEST = 6  # bytes beyond ASCII, below which nobody can tell
_BROKEN_SHARE = 0.02  # of the letters: more, and it is another encoding
_SURE = 0.55  # of the share that is usual in the language
_MARKS = re.compile(r"[\s\x00-\x7f\u2010-\u2049\u3000-\u303f\uff01-\uff0f\uff1a-\uff20«»]+")

_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實"
)
_HANGUL = (
    "이다는을가에의고지하기나로사한도그리은를자어서라아시과인대해들있었게만정일것"
    "스보면수주장여전제니마"
)
_HIRAGANA = "".join(map(chr, range(0x3041, 0x3094)))
_CYRILLIC = "оеаинтсрвлкмдпуяыі"
_GREEK = "αοιετσνηυρκπλάίόέ"
_HEBREW = "יולהאתמרבשנ"
_ARABIC = "اليمونرتبةعد"
_THAI = "านรอกเงมยลวดทสต่้ี"


@dataclass(frozen=True, slots=True)
class _Old:
    """An old encoding: Python's codec, its usual name, and what is common in its language."""

    codec: str
    name: str
    common: str
    usual: float  # the share of these letters in ordinary texts

    @property
    def has_pairs(self) -> bool:
        """Tell whether a letter takes two bytes, of which the second may look like ASCII."""
        return ord(self.common[-1]) >= 0x3000

    @property
    def has_case(self) -> bool:
        """Tell whether its language has capital letters."""
        return self.common in (_CYRILLIC, _GREEK)


# Of two that fit equally well the first is taken.
_ENCODINGS = (
    _Old("cp932", "Shift_JIS", _HIRAGANA, 0.5),
    _Old("euc_jp", "EUC-JP", _HIRAGANA, 0.5),
    _Old("gb18030", "GB18030", _SIMPLIFIED, 0.38),
    _Old("cp950", "Big5", _TRADITIONAL, 0.38),
    _Old("big5hkscs", "Big5-HKSCS", _TRADITIONAL, 0.38),
    _Old("cp949", "EUC-KR", _HANGUL, 0.5),
    _Old("cp1251", "windows-1251", _CYRILLIC, 0.75),
    _Old("koi8_r", "KOI8-R", _CYRILLIC, 0.75),
    _Old("koi8_u", "KOI8-U", _CYRILLIC, 0.75),
    _Old("cp866", "IBM866", _CYRILLIC, 0.75),
    _Old("iso8859_5", "ISO-8859-5", _CYRILLIC, 0.75),
    _Old("mac_cyrillic", "x-mac-cyrillic", _CYRILLIC, 0.75),
    _Old("cp1253", "windows-1253", _GREEK, 0.75),
    _Old("iso8859_7", "ISO-8859-7", _GREEK, 0.75),
    _Old("cp1255", "windows-1255", _HEBREW, 0.65),
    _Old("cp1256", "windows-1256", _ARABIC, 0.65),
    _Old("iso8859_6", "ISO-8859-6", _ARABIC, 0.65),
    _Old("cp874", "TIS-620", _THAI, 0.65),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What an encoding is for Python, and what people call it."""

    codec: str
    name: str


def guess_encoding(data: bytes) -> Guess | None:
    """Guess the encoding of ``data``, which is no UTF-8; None when it may be Western European."""
    sample = _sample(data)
    high = len(sample) - len(sample.translate(None, _HIGH))
    in_runs = sum(len(run) for run in _RUN.findall(sample))
    if high < _FEWEST or in_runs < high * _RUNS_SHARE:
        return None
    is_latin = len(_BESIDE_LATIN.findall(sample)) > high * _LATIN_SHARE
    tried = [old for old in _ENCODINGS if old.has_pairs or not is_latin]
    sure = [_sureness(sample, old) for old in tried]
    if max(sure) < _SURE:
        return None
    old = tried[sure.index(max(sure))]
    return Guess(old.codec, old.name)


def _sample(data: bytes) -> bytes:
    """Give lines of ``data`` that hold more than ASCII; a long line is cut."""
    if len(data) <= _SAMPLE:
        return data
    kept: list[bytes] = []
    length = 0
    for match in re.finditer(rb"[^\n]*[\x80-\xff][^\n]*", data[: _SAMPLE * 50]):
        line = match[0][: _SAMPLE - length]
        kept.append(line)
        length += len(line) + 1
        if length >= _SAMPLE:
            break
    return b"\n".join(kept)


def _sureness(sample: bytes, old: _Old) -> float:
    """Give how near the share of common letters comes to what is usual; 0 where much is broken."""
    letters = _MARKS.sub("", sample.decode(old.codec, errors="replace"))
    if not letters:
        return 0.0
    broken = letters.count("\ufffd")
    # The sample may end within a letter.
    if broken - 1 > len(letters) * _BROKEN_SHARE:
        return 0.0
    common = len(letters) - len(letters.translate(_without(old.common)))
    share = (common - broken) / len(letters)
    if old.has_case:
        # A capital inside a word is what another encoding of the same script gives.
        share -= 2 * len(re.findall(r"(?<=[^\W\dA-Z_])(?=[А-ЯЁΑ-Ω])", letters)) / len(letters) / 4
    return share / old.usual


@cache
def _without(letters: str) -> dict[int, None]:
    return dict.fromkeys(map(ord, letters))
