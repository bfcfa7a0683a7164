# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script to a clip: the networks, transition times, eyes and the performer."""
