# SPDX-License-Identifier: GPL-3.0-or-later
"""What files and preferences remember, and what follows from a change of it."""
