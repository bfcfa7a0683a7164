# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded and performed faces in the formats of other programs, and in one of our own."""
