# SPDX-License-Identifier: GPL-3.0-or-later
"""What the motion network learns from."""

import pytest

torch = pytest.importorskip("torch", reason="training needs torch")

from emotebot_blender.core.channels import MIRROR  # noqa: E402
from training.motion import rollouts  # noqa: E402


def test_drawn_expressions_have_the_published_intensities() -> None:
    faces = rollouts.draw_expressions(4000, torch.Generator().manual_seed(0))
    active = faces[faces > 0]
    shares = torch.histc(active, bins=5, min=0, max=1) / len(active)
    published = torch.tensor([0.10, 0.46, 0.27, 0.14, 0.03])
    assert float((shares - published).abs().max()) < 0.05
    twins = (faces > 0) == (faces > 0)[:, torch.from_numpy(MIRROR)]
    assert float(twins.float().mean()) > 0.99


def test_a_rollout_is_one_unbroken_motion() -> None:
    rollout = rollouts.draw_rollout(120, 64, torch.Generator().manual_seed(2))
    path = torch.cat([rollout.start[None], rollout.path])
    speed = torch.diff(path, dim=0) * 60
    # A jump across the face would be a speed of 60; the quickest movement takes .1 s.
    assert float(speed.abs().max()) < 2.2 / 0.1
    assert float(path.min()) > -0.1
    assert float(path.max()) < 1.1
    assert float(rollout.timing.min()) >= 0


def test_a_rollout_sends_faces_elsewhere_before_they_arrive() -> None:
    rollout = rollouts.draw_rollout(120, 64, torch.Generator().manual_seed(3))
    set_out = rollout.timing[1:, :, 0] < rollout.timing[:-1, :, 0]
    early = rollout.timing[:-1, :, 1][set_out] > 1 / 60
    assert 0.2 < float(early.float().mean()) < 0.95
