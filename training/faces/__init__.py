# SPDX-License-Identifier: GPL-3.0-or-later
"""Faces in pictures: MediaPipe's landmarker, channels, and which faces are good enough."""
