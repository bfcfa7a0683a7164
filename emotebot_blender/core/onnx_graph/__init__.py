# SPDX-License-Identifier: GPL-3.0-or-later
"""ONNX networks: the file, what may stand in it, and a runner in NumPy."""
