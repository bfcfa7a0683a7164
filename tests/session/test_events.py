# SPDX-License-Identifier: GPL-3.0-or-later
from emotebot_blender.session.events import EventHub, FileOpened, FileSaving


def test_followers_are_called_in_the_order_in_which_they_subscribed() -> None:
    hub, called = EventHub(), []
    hub.subscribe(FileOpened, lambda event: called.append((1, event)))
    hub.subscribe(FileOpened, lambda event: called.append((2, event)))
    hub.subscribe(FileSaving, lambda event: called.append((3, event)))
    hub.emit(FileOpened())
    assert called == [(1, FileOpened()), (2, FileOpened())]


def test_an_event_that_nobody_follows_is_none() -> None:
    EventHub().emit(FileOpened())
