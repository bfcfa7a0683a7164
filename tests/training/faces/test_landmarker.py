# SPDX-License-Identifier: GPL-3.0-or-later
import functools
import hashlib
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotebot_blender.core.errors import EmoteBotError
from training.faces import landmarker

CONTENT = b"a face landmarker"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    store = tmp_path / "store"
    store.mkdir()
    (store / "face.task").write_bytes(CONTENT)
    handler = functools.partial(Silent, directory=str(store))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/face.task"
        server.shutdown()


@pytest.fixture
def user(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}


def left_in(environment: dict[str, str]) -> list[str]:
    folder = landmarker.cache(environment)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_users_own_file_comes_first(tmp_path: Path, user: dict[str, str]) -> None:
    own, other = tmp_path / "own.task", tmp_path / "other.task"
    own.touch()
    other.touch()
    environment = user | {landmarker.VARIABLE: str(other)}
    assert landmarker.find_landmarker(own, environment) == own
    assert landmarker.find_landmarker(None, environment) == other


def test_a_wrong_path_says_who_pointed_there(tmp_path: Path, user: dict[str, str]) -> None:
    nowhere = tmp_path / "nowhere.task"
    with pytest.raises(EmoteBotError, match="where --landmarker points"):
        landmarker.find_landmarker(nowhere, user)
    with pytest.raises(EmoteBotError, match=f"where {landmarker.VARIABLE} points"):
        landmarker.find_landmarker(None, user | {landmarker.VARIABLE: str(nowhere)})


def test_it_is_fetched_once(served: str, user: dict[str, str]) -> None:
    path = landmarker.find_landmarker(None, user, served, SHA256)
    assert path.read_bytes() == CONTENT
    assert left_in(user) == [landmarker.NAME]
    again = landmarker.find_landmarker(None, user, "http://127.0.0.1:1/no-such-server", SHA256)
    assert again == path


def test_a_spoilt_file_in_the_cache_is_fetched_again(served: str, user: dict[str, str]) -> None:
    folder = landmarker.cache(user)
    folder.mkdir(parents=True)
    (folder / landmarker.NAME).write_bytes(CONTENT[:5])
    path = landmarker.find_landmarker(None, user, served, SHA256)
    assert path.read_bytes() == CONTENT


def test_another_file_than_expected_is_not_kept(served: str, user: dict[str, str]) -> None:
    with pytest.raises(EmoteBotError, match="another file than expected") as caught:
        landmarker.find_landmarker(None, user, served, "0" * 64)
    assert SHA256 in str(caught.value)
    assert left_in(user) == []


def test_without_a_network_it_says_what_to_do(user: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/face.task"
        with pytest.raises(EmoteBotError, match="cannot be fetched") as caught:
            landmarker.find_landmarker(None, user, address, SHA256)
    message = str(caught.value)
    assert address in message
    assert str(landmarker.cache(user) / landmarker.NAME) in message
    assert "--landmarker" in message
    assert left_in(user) == []


def test_the_real_landmarker_has_the_sum_that_is_asked_for(shared: Path) -> None:
    assert landmarker.digest(shared / "models" / landmarker.NAME) == landmarker.SHA256
