"""The failures we expect, each with the key and values of what it says.

FiresideError
├── ConfigurationError      the environment holds something we cannot start with
├── LibraryError            the store cannot be opened or used
│   ├── LibraryTooNew       a newer Fireside wrote it
│   ├── LibraryUnreadable   it is not a library, or cannot be opened
│   ├── LibraryUnreachable  its server is away for the moment
│   ├── LibraryNotEmpty     something would be overwritten
│   ├── LibraryDiffers      a copy is not what it is a copy of
│   └── BackupUnusable      a backup cannot be written, read or restored
├── ImportFailed            a file is no story we can read; names file and place
├── StoryNotFound           nothing matches, or it may not be shown here
├── NoStoryFits             filters leave nothing
├── RightsError             a claim, a report or a takedown cannot be followed
├── ShelfError              something cannot go onto a server's shelf, or was decided
├── CurationError           a story cannot be edited, hidden or restored as asked
├── NotAllowed              this person may not do that, or not here
└── DeliveryError           a daily story cannot be set or sent

The words are in ``texts/``: ``key`` names the text, ``values`` fill it. An
unexpected failure is none of these; it is logged once with a reference.
"""


class FiresideError(Exception):
    """Something we expect can go wrong, told to a person in their language.

    ``key`` is a key of ``bot/texts/en.toml`` and ``values`` are what the text
    names. ``str()`` gives key and values, for logs.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key, values)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.key} ({told})" if told else self.key


class Written(str):
    """A value that is Discord Markdown already, such as the mention of a channel."""


class ConfigurationError(FiresideError):
    """A setting is missing or malformed; the sentence says which and how to mend it."""


class LibraryError(FiresideError):
    """The store cannot be used."""


class LibraryTooNew(LibraryError):
    """A newer version of Fireside wrote this library."""


class LibraryUnreadable(LibraryError):
    """The library cannot be opened: no rights, no folder, or not a library."""


class RightsError(FiresideError):
    """A claim, a report or a takedown cannot be followed; the sentence says why."""


class LibraryUnreachable(LibraryError):
    """The library was open, and its server does not answer now; it may in a moment."""


class LibraryNotEmpty(LibraryError):
    """A library is to be filled that holds something already."""


class LibraryDiffers(LibraryError):
    """A copy is not what it is a copy of; it was not kept."""


class BackupUnusable(LibraryError):
    """A backup cannot be written, or is not one that can be restored; nothing was changed."""


class ImportFailed(FiresideError):
    """A file could not be read as a story."""


class StoryNotFound(FiresideError):
    """No such story, or none that may be shown to this audience."""


class NoStoryFits(FiresideError):
    """A choice of filters leaves no story."""


class ShelfError(FiresideError):
    """What was brought cannot go onto a server's shelf, or not any more; the text says why."""


class CurationError(FiresideError):
    """A story cannot be edited, hidden or restored as asked; the text says why."""


class NotAllowed(FiresideError):
    """Somebody may not do that, or nobody may in this place; the text says who, or where."""


class DeliveryError(FiresideError):
    """A daily story cannot be set up or sent; the text says what to change."""
