# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot: a script of feelings goes in, a performance comes out as keys on a face.

Importing this package imports nothing else: ``core`` works without Blender, and Blender starts
without waiting for what only a performance needs.
"""


def register() -> None:
    """Add EmoteBot to Blender."""
    from . import ui

    ui.register()


def unregister() -> None:
    """Take out of Blender everything that ``register`` has added."""
    from . import ui

    ui.unregister()
