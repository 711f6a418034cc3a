"""One interaction, from the event to the last answer, under Discord's rules for answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wire.answers import UNKNOWN_MESSAGE, Refused
from tests.wire.payloads import AUTOCOMPLETE, COMPONENT, FORM_FILLED, Channel, Json

SECONDS_TO_ANSWER = 3.0
SECONDS_OF_A_TOKEN = 15 * 60.0

MESSAGE, THINKING, DEFERRED_EDIT, EDIT, CHOICES, FORM = 4, 5, 6, 7, 8, 9  # callback types
PRIVATE = 64  # a flag of messages
_ONLY_FOR_COMPONENTS = (DEFERRED_EDIT, EDIT)

UNKNOWN_INTERACTION = 404, 10062
ALREADY_ANSWERED = 400, 40060
INVALID_BODY = 400, 50035
INVALID_TOKEN = 401, 50027


@dataclass
class Interaction:
    """What a member typed or pressed, and how the bot answered.

    ``make`` writes a message of the bot from its body. ``callback`` is the
    body of the first answer; ``messages`` are all that came of it, in order,
    and private ones have flag 64.
    """

    id: int
    token: str
    kind: int
    channel: Channel
    by: int
    asked: float  # seconds of the loop's clock
    make: Callable[["Interaction", Json], Json]
    pressed: Json | None = None  # the message whose button it was
    answered: float = 0.0
    callback: Json | None = None
    messages: list[Json] = field(default_factory=list[Json])
    _is_thinking: bool = False

    @property
    def contents(self) -> list[str]:
        """The words of its messages."""
        return [each["content"] for each in self.messages]

    @property
    def is_private(self) -> bool:
        """Whether only the member sees what came of it."""
        return all(each["flags"] & PRIVATE for each in self.messages)

    def answer(self, body: Json, now: float) -> Json | None:
        """Take the first answer: gives what to say back.

        Raises:
            Refused: It comes too late, or again, or may not be given here.
        """
        kind, data = body.get("type"), body.get("data") or {}
        if now - self.asked > SECONDS_TO_ANSWER:
            raise Refused(*UNKNOWN_INTERACTION)
        if self.callback is not None:
            raise Refused(*ALREADY_ANSWERED)
        if not self._may_be(kind):
            raise Refused(*INVALID_BODY)
        self.callback, self.answered = body, now
        if kind == CHOICES:
            return None
        told: Json = {"interaction": {"id": str(self.id), "type": self.kind}}
        if kind in (MESSAGE, EDIT, THINKING):
            self._is_thinking = kind == THINKING
            message = self._edit_pressed(data) if kind == EDIT else self._add(data)
            told["interaction"]["response_message_id"] = message["id"]
            if kind != THINKING:
                told["resource"] = {"type": kind, "message": message}
        return told

    def _may_be(self, kind: int | None) -> bool:
        if (kind == CHOICES) != (self.kind == AUTOCOMPLETE):
            return False
        if kind == FORM:
            return self.kind != FORM_FILLED
        is_pressed = self.kind == COMPONENT or self.pressed is not None
        return kind not in _ONLY_FOR_COMPONENTS or is_pressed

    def follow_up(self, body: Json, now: float) -> Json:
        """Add a message; the first after a promise fills the message that was promised."""
        self._check_token(now)
        if self._is_thinking:
            return self.edit(self.messages[0]["id"], body, now)
        return self._add(body)

    def edit(self, ident: str, body: Json, now: float) -> Json:
        """Change one of its messages; ``@original`` is the first answer."""
        message = self.message(ident, now)
        self._is_thinking = False
        message |= {key: body[key] or "" for key in ("content",) if key in body}
        message |= {key: body[key] or [] for key in ("components",) if key in body}
        return message

    def delete(self, ident: str, now: float) -> Json:
        """Take one of its messages away, and give it."""
        message = self.message(ident, now)
        self.messages.remove(message)
        return message

    def message(self, ident: str, now: float) -> Json:
        """Give one of its messages, or for ``@original`` the first answer."""
        self._check_token(now)
        if ident == "@original" and self.callback is not None:
            is_edit = self.callback.get("type") in _ONLY_FOR_COMPONENTS
            original = self.pressed if is_edit else next(iter(self.messages), None)
            if original is not None:
                return original
        for message in self.messages:
            if message["id"] == ident:
                return message
        raise Refused(*UNKNOWN_MESSAGE)

    def _check_token(self, now: float) -> None:
        if now - self.asked > SECONDS_OF_A_TOKEN:
            raise Refused(*INVALID_TOKEN)

    def _add(self, body: Json) -> Json:
        message = self.make(self, body)
        self.messages.append(message)
        return message

    def _edit_pressed(self, body: Json) -> Json:
        assert self.pressed is not None
        for key, empty in (("content", ""), ("components", [])):
            if key in body:
                self.pressed[key] = body[key] or empty
        self.messages.append(self.pressed)
        return self.pressed
