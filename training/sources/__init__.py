# SPDX-License-Identifier: GPL-3.0-or-later
"""Data sets of real faces, one file each: how it lies on disk, and what is read from it."""
