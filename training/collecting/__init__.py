# SPDX-License-Identifier: GPL-3.0-or-later
"""How a data set becomes a collection: faces judged and measured, put together, reported."""
