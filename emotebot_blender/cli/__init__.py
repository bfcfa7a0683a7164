# SPDX-License-Identifier: GPL-3.0-or-later
"""The command ``emotebot``, in a shell and as ``blender --command emotebot``."""
