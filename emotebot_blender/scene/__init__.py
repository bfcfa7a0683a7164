# SPDX-License-Identifier: GPL-3.0-or-later
"""EmoteBot in a Blender scene: faces, keys, pictures. No user interface."""
