# SPDX-License-Identifier: GPL-3.0-or-later
"""A prototype of EmoteBot's new head: blobs, quads, movements, parts, and pictures to look at."""
