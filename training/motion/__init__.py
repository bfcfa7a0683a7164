# SPDX-License-Identifier: GPL-3.0-or-later
"""The motion network: its teacher, its data, the network and its training."""
