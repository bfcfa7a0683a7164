# SPDX-License-Identifier: GPL-3.0-or-later
"""Naming conventions of rigs as data, and the solver from channels to control values."""
