# SPDX-License-Identifier: GPL-3.0-or-later
"""What the expression network learns from: synthetic and measured subjects."""
