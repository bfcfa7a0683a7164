# SPDX-License-Identifier: GPL-3.0-or-later
"""Scripts of feelings: beats in seconds, as text, JSON, CSV and subtitles."""
