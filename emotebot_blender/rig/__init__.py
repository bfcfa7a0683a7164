# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces in a scene: what moves them, and how they are posed without keys."""
