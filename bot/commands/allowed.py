"""Who decides for a server: whoever Discord lets use our commands for that."""

from bot.controls import Press


def decides_here(interaction: Press) -> bool:
    """Tell whether somebody may change what holds for the server they are in.

    Who may use a command is Discord's to say (a server can allow it to anybody in its
    Integrations), and what stands in its private answers was given to them alone. What
    everybody sees asks for Manage Server.
    """
    message = interaction.message
    given = message is None or message.flags.ephemeral
    return given or interaction.permissions.manage_guild
