# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of the report that ``python -m training evaluate`` writes."""
