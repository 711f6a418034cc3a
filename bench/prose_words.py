"""The words, scripts and emoji of the generated prose, which is nonsense on purpose."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMON = _words(
    "the the the the the the and and and and of of of to to to a a a in in was was had had it it"
    " that that with with for for as as on on but but at by from not all were out up into so over"
    " down back then when which who what there their them they his her him she he I you we my your"
    " could would should might must been being have has did said knew thought saw came went stood"
    " looked turned held took left kept told heard felt seemed"
)
PLAIN = _words(
    "door lamp river kettle window winter letter harbour stair ladder bread salt garden stone road"
    " candle morning evening shoulder silence engine ticket platform blanket mirror orchard cellar"
    " captain sister stranger neighbour doctor clerk horse gull lantern rope sail tide storm shore"
    " quiet narrow yellow heavy broken careful certain pale distant ordinary terrible gentle small"
    " cold warm slow sudden patient crooked hollow bright slowly quietly almost never always again"
    " perhaps rather together nowhere somewhere beneath beyond between against without across after"
    " before because although until while nothing something everything nobody remember forgive"
    " understand believe carry follow wander gather whisper listen answer promise weather-beaten"
    " half-open don’t couldn’t wouldn’t it’s they’d she’d grandmother’s unfortunately"
    " responsibility conversation neighbourhood ridiculous extraordinary disappointment"
)
NAMES = _words("Hale Marsh Bingley Okafor Ines Thorne Vale Rook Ada Corrin Wen Ilse Tamsin Moss")
TITLED = ("Mr. Hale", "Mrs. Marsh", "Dr. Okafor", "Capt. Thorne", "St. Anne’s", "Prof. Vale")
SPEECH = _words("said asked whispered cried called answered murmured replied")
PERSONS = ("he", "she", "they")
# Full stops that end nothing.
INNER = (
    "at No. 7 of the row",
    "for 3.14 pounds",
    "J. R. Marsh among them",
    "at 6 a.m. sharp",
    "tea, bread, etc., and more",
    "of the U.S. kind",
    "(e.g. the lamp)",
)
CODE = (
    "for lamp in harbour.lamps:",
    "    if lamp.is_lit and not lamp.forgotten:",
    '        print(f"{lamp.name}: {lamp.oil:.2f} gallons. Good. Next!")',
    "    else:",
    "        await keeper.wake(lamp, reason='wind', patience=3)",
    "def row(sea, boat, *oars, **weather): ...",
    "return {key: value * 2 for key, value in tide.items() if value > 0}",
    "# What was it that she said? Nobody wrote it down.",
    "x = a * b * c ** 2  # not in italics",
)

HAN = (
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能"
    "对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心"
    "前面又定见只主没公从灯海雨夜门窗信船岸"
)
KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
)
KANJI = "人私彼女今日夜海雨窓門手紙船岸灯見聞言思出入立行来待笑泣静古長小大白黒青赤月星風花鳥"
HANGUL = _words(
    "그는 바다 밤에 불을 끄고 문을 열었다 비가 내리는 동안"
    " 아무도 말하지 않았고 편지는 젖었다 언니가 웃었다"
)
ARABIC = _words(
    "البحر الليل الباب النافذة المطر السفينة الرسالة قال كتب رأى مشى بعيدا ببطء ثم لم يكن هناك"
)
DEVANAGARI = _words("समुद्र रात दरवाज़ा खिड़की बारिश चिट्ठी उसने कहा धीरे फिर कोई नहीं था क्षितिज स्त्री")
MARKED = ("café", "naïve", "Vie\u0323\u0302t", "ẑ\u0301\u0323", "o\u0308ffnen", "n\u0303andu\u0301")

EMOJI = _words(
    "😀 😭 🔥 ✨ ❤️ ❤️‍🔥 👍🏽 🤷🏻‍♀️ 👩‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 🏴‍☠️ 🇳🇴 🇯🇵 🇺🇦 🧑🏿‍🤝‍🧑🏻 👁️‍🗨️ 3️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🐈‍⬛"
)
