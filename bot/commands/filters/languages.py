"""Languages of stories by name: in the person's own language, in English, in themselves."""

from typing import cast

from babel import Locale

from bot.errors import StoryNotFound

# Language tags offered first; any other that Unicode knows may be typed.
LANGUAGES = ("en", "zh", "es", "ru", "fr", "de", "pt", "ja", "it", "pl", "ko", "id", "vi", "uk")


def language_name(tag: str, language: str) -> str:
    """Give what the language ``tag`` is called in ``language``; the tag where it has no name."""
    return _names(language).get(tag, tag)


def spellings(tag: str, language: str) -> list[str]:
    """Give what the language ``tag`` is called: in ``language``, in English, in itself; its tag."""
    return [*(language_name(tag, each) for each in (language, "en", tag)), tag]


def language_tag(typed: str, language: str) -> str:
    """Give the primary subtag of the language that ``typed`` names.

    Raises:
        StoryNotFound: No language is called that in ``language``, in English or in itself.
    """
    asked = typed.strip().casefold()
    for tag in LANGUAGES:
        if asked in map(str.casefold, spellings(tag, language)):
            return tag
    for tag, name in (*_names(language).items(), *_names("en").items()):
        if asked in (tag, name.casefold()):
            return tag.partition("_")[0]
    raise StoryNotFound("filter.no-language", typed=typed)


def _names(language: str) -> dict[str, str]:
    return cast("dict[str, str]", dict(Locale(language.partition("-")[0]).languages))
