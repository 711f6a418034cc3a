"""One interaction, from the event to the last answer, under Discord's rules for answers."""

from dataclasses import dataclass, field

from tests.wire import payloads
from tests.wire.payloads import AUTOCOMPLETE, COMPONENT, Channel, Json

SECONDS_TO_ANSWER = 3.0

MESSAGE, THINKING, DEFERRED_EDIT, EDIT, CHOICES, FORM = 4, 5, 6, 7, 8, 9  # callback types
_ONLY_FOR_COMPONENTS = (DEFERRED_EDIT, EDIT)

UNKNOWN_INTERACTION = 404, 10062
ALREADY_ANSWERED = 400, 40060
INVALID_BODY = 400, 50035


@dataclass
class Interaction:
    """What a member typed or pressed, and how the bot answered.

    ``callback`` is the body of the first answer; ``messages`` are all that
    came of it, in order, and private ones have flag 64.
    """

    id: int
    token: str
    kind: int
    channel: Channel
    asked: float  # seconds of the loop's clock
    pressed: Json | None = None  # the message whose button it was
    callback: Json | None = None
    messages: list[Json] = field(default_factory=list)

    @property
    def contents(self) -> list[str]:
        """The words of its messages."""
        return [each["content"] for each in self.messages]

    def answer(self, body: Json, now: float) -> tuple[int, int] | Json | None:
        """Take the first answer: gives what to say back, or (status, code) when it is refused."""
        kind = body.get("type")
        if now - self.asked > SECONDS_TO_ANSWER:
            return UNKNOWN_INTERACTION
        if self.callback is not None:
            return ALREADY_ANSWERED
        if (kind == CHOICES) != (self.kind == AUTOCOMPLETE):
            return INVALID_BODY
        if kind in _ONLY_FOR_COMPONENTS and self.kind != COMPONENT:
            return INVALID_BODY
        self.callback = body
        if kind == CHOICES:
            return None
        told: Json = {"interaction": {"id": str(self.id), "type": self.kind}}
        if kind in (MESSAGE, EDIT):
            data: Json = body.get("data") or {}
            message = self._edit_pressed(data) if kind == EDIT else self.add_message(data)
            told["interaction"]["response_message_id"] = message["id"]
            told["resource"] = {"type": kind, "message": message}
        return told

    def add_message(self, body: Json) -> Json:
        """Post a message that belongs to it; gives it as Discord does."""
        message = payloads.message(payloads.snowflake(), self.channel.id, body)
        self.messages.append(message)
        return message

    def _edit_pressed(self, body: Json) -> Json:
        assert self.pressed is not None
        for key, empty in (("content", ""), ("components", [])):
            if key in body:
                self.pressed[key] = body[key] or empty
        self.messages.append(self.pressed)
        return self.pressed
