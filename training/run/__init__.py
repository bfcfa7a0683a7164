# SPDX-License-Identifier: GPL-3.0-or-later
"""Training runs: configuration, processes, training and export of the networks."""
