# SPDX-License-Identifier: GPL-3.0-or-later
"""The built-in head, part by part: what ``scene.character`` puts together."""
