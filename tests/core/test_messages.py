# SPDX-License-Identifier: GPL-3.0-or-later
import pickle
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotebot_blender.core.errors import EmoteBotError, ScriptError, TriggerError
from emotebot_blender.core.messages import Message, listed, sentences, shortened

GERMAN = {
    "{path} has a fault: {problem}": "{path} hat einen Fehler: {problem}",
    "“{word}” is unknown": "„{word}“ ist unbekannt",
    "line {line}, column {column}: {problem}": "Zeile {line}, Spalte {column}: {problem}",
    "{first}. {second}": "{first}; {second}",
    "The face": "Das Gesicht",
    "try {words}": "wie wäre es mit {words}",
    "Face": "Gesicht",
}


def german(message: Message) -> str:
    return message.translated(lambda template: GERMAN.get(template, template))


def test_values_stand_in_their_places():
    assert str(Message("{a} of {b:g}%", a="half", b=12.50)) == "half of 12.5%"


def test_the_template_is_translated_and_the_values_are_not():
    assert german(Message("“{word}” is unknown", word="Face")) == "„Face“ ist unbekannt"


def test_a_message_within_a_message_is_translated_with_it():
    inner = Message("“{word}” is unknown", word="hapy")
    outer = Message("{path} has a fault: {problem}", path="a.json", problem=inner)
    assert str(outer) == "a.json has a fault: “hapy” is unknown"
    assert german(outer) == "a.json hat einen Fehler: „hapy“ ist unbekannt"


def test_an_error_within_a_message_stands_for_its_message():
    error = TriggerError(Message("“{word}” is unknown", word="hapy"), 3)
    outer = Message("{path} has a fault: {problem}", path="a.json", problem=error)
    assert german(outer) == "a.json hat einen Fehler: „hapy“ ist unbekannt"


def test_a_message_without_values_is_taken_as_it_is():
    assert str(Message('such as {"fear": 1}')) == 'such as {"fear": 1}'
    assert german(Message("The face")) == "Das Gesicht"


def test_doubled_braces_are_single_ones_beside_values():
    assert str(Message('{{"{head}": 1}}', head="script")) == '{"script": 1}'


def test_braces_in_values_are_nothing_but_braces():
    assert str(Message("not “{word}”", word="{path} {0} {}")) == "not “{path} {0} {}”"


def test_a_sequence_is_listed():
    assert german(Message("try {words}", words=("happy", "sad"))) == "wie wäre es mit happy, sad"
    assert (
        german(Message("try {words}", words=[Message("Face"), 3])) == "wie wäre es mit Gesicht, 3"
    )


def test_a_long_sequence_is_cut_off():
    numbers = str(Message("{numbers}", numbers=tuple(range(1000))))
    assert numbers == ", ".join(map(str, range(20))) + ", …"


@pytest.mark.parametrize(
    ("members", "reported"),
    [("a", "a"), ("abc", "a, b, c"), ("abcde", "a, b, c and 2 more")],
)
def test_a_long_list_names_three(members, reported):
    assert str(listed(tuple(members))) == reported


def test_a_long_value_is_cut_off_at_its_end():
    assert str(Message("“{word}”", word="a" * 60)) == f"“{'a' * 60}”"
    assert str(Message("“{word}”", word="a" * 61)) == f"“{'a' * 59}…”"


def test_a_long_path_is_cut_off_at_its_beginning():
    path = PurePosixPath("/" + "a" * 49 + "/scene.txt")
    assert str(Message("{path}", path=path)) == str(path)
    longer = PurePosixPath("/folder" + str(path))
    assert str(Message("{path}", path=longer)) == "…" + str(longer)[-59:]


@given(st.text(), st.lists(st.text(), max_size=3))
def test_whatever_is_quoted_a_message_is_one_short_line(text, texts):
    values = {"word": text, "path": PurePosixPath(text.replace("\0", "")), "words": texts}
    message = str(Message("“{word}” in {path}, not {words}", **values))
    assert len(message.splitlines()) == 1
    assert len(message) <= 13 + 60 + 60 + 3 * 62


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\n\t b", "a b"), ("happy and sad", "happy an…"), (" " * 100 + "x", " …")],
)
def test_a_text_is_shortened_to_one_line(text, expected):
    assert shortened(text, 9) == expected


def test_sentences_follow_each_other():
    parts = [Message("The face"), Message("“{word}” is unknown", word="x"), Message("Face")]
    assert str(sentences(parts)) == "The face. “x” is unknown. Face"
    assert german(sentences(parts)) == "Das Gesicht; „x“ ist unbekannt; Gesicht"
    assert sentences(parts[:1]) == parts[0]


def test_any_number_of_sentences_follow_each_other():
    parts = [Message("{number}", number=number) for number in range(5000)]
    assert str(sentences(parts)) == ". ".join(map(str, range(5000)))


def test_messages_that_read_alike_are_equal():
    assert Message("{a}", a=1) == Message("1")
    assert len({Message("{a}", a=1), Message("1"), Message("2")}) == 2
    assert Message("1") != "1"


def test_an_error_takes_a_template_and_its_values():
    error = EmoteBotError("“{word}” is unknown", word="hapy")
    assert str(error) == "“hapy” is unknown"
    assert german(error.message) == "„hapy“ ist unbekannt"


def test_an_error_of_a_script_names_line_and_column():
    error = ScriptError(Message("“{word}” is unknown", word="hapy"), 3, 7)
    assert str(error) == "line 3, column 7: “hapy” is unknown"
    assert german(error.message) == "Zeile 3, Spalte 7: „hapy“ ist unbekannt"
    assert (error.line, error.column) == (3, 7)


def test_an_error_comes_through_from_another_process():
    error = pickle.loads(pickle.dumps(ScriptError(Message("“{word}”", word="hapy"), 3, 7)))
    assert (str(error), error.line, error.column) == ("line 3, column 7: “hapy”", 3, 7)
