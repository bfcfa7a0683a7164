# SPDX-License-Identifier: GPL-3.0-or-later
"""Clips as keys: F-curves, NLA layers, baking and retiming."""
