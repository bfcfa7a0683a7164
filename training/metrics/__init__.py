# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of expressions and of movements, as plain functions of arrays."""
