# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the command that hold a performance: its table, and one for other programs."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..core.clip import Clip
from ..core.exchange.channel_table import write_channel_table
from ..core.exchange.recording_formats import format_of
from ..core.messages import Message
from .blend_files import FIRST_FRAME
from .output_files import check_output, replacing


@dataclass(frozen=True)
class ClipFiles:
    """Which files a performance is written to.

    Attributes:
        table: .csv file of frame, time and channels, or None.
        export: file for other programs, or None.
        format: name of its format; None for the one that its ending means.
    """

    table: Path | None = None
    export: Path | None = None
    format: str | None = None

    def check(self) -> None:
        """Check, without leaving a trace, that they can be written.

        Raises:
            EmoteBotError: they cannot, or an ending means no format or another one.
        """
        if self.table:
            check_output(self.table, ".csv")
        if self.export:
            check_output(self.export, format_of(self.export, self.format).ending)

    def write(
        self, clip: Clip, outputs: ExitStack, first_frame: int = FIRST_FRAME
    ) -> tuple[Message, ...]:
        """Write a performance; its files take their places when the outputs are closed.

        Args:
            clip: one frame or more.
            outputs: of the command, which take their places together.
            first_frame: number of the clip's first frame in the table.

        Returns:
            What of the performance is not in the file for other programs, a sentence each.
        """
        if self.table:
            part = outputs.enter_context(replacing(self.table))
            with part.open("w", encoding="utf-8", newline="") as stream:
                write_channel_table(clip, stream, first_frame)
        if self.export is None:
            return ()
        chosen = format_of(self.export, self.format)
        content = chosen.write(clip, self.export.stem)
        outputs.enter_context(replacing(self.export)).write_bytes(content)
        return chosen.lacks(clip)
