# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of a face: films, sheets and the studio that they are taken in."""
