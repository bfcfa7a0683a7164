# SPDX-License-Identifier: GPL-3.0-or-later
"""Trigger words and phrases, and the feelings that they name."""
