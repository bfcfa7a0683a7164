# SPDX-License-Identifier: GPL-3.0-or-later
"""Published tables that the training draws from, and who trains and who is held out."""
