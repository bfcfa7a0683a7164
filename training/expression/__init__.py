# SPDX-License-Identifier: GPL-3.0-or-later
"""The expression network: a generator and its discriminator."""
