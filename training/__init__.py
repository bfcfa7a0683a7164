# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains EmoteBot's networks; needs the extra ``training`` and is not installed."""
