# SPDX-License-Identifier: GPL-3.0-or-later
"""What EmoteBot knows and computes, without Blender: numpy and onnxruntime alone."""
