# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of the emotions beside the basic ones, in each language."""

import json

import pytest

from emotebot_blender.core.emotions import FURTHER_EMOTIONS
from emotebot_blender.core.lexicon.lexicon import FOLDER, Lexicon
from emotebot_blender.core.lexicon.word_list import read_word_list

LEXICON = Lexicon.load()
CONTENTS = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
ALONE = {language: Lexicon(read_word_list(FOLDER / f"{language}.json")) for language in CONTENTS}

NAMES_OF_FURTHER = {
    "en": {
        "boredom": ("boredom", "bored"),
        "confusion": ("confusion", "confused"),
        "interest": ("interest", "interested"),
        "thinking": ("thinking", "thoughtful"),
        "tiredness": ("tiredness", "tired"),
        "pain": ("pain", "pained"),
        "determination": ("determination", "determined"),
        "embarrassment": ("embarrassment", "embarrassed"),
    },
    "de": {
        "boredom": ("Langeweile", "gelangweilt"),
        "confusion": ("Verwirrung", "verwirrt"),
        "interest": ("Interesse", "interessiert"),
        "thinking": ("nachdenken", "nachdenklich"),
        "tiredness": ("Müdigkeit", "müde"),
        "pain": ("Schmerz", "schmerzerfüllt"),
        "determination": ("Entschlossenheit", "entschlossen"),
        "embarrassment": ("Verlegenheit", "verlegen"),
    },
    "es": {
        "boredom": ("aburrimiento", "aburrida"),
        "confusion": ("confusión", "confundida"),
        "interest": ("interés", "interesada"),
        "thinking": ("reflexión", "pensativa"),
        "tiredness": ("cansancio", "cansada"),
        "pain": ("dolor", "dolorida"),
        "determination": ("determinación", "decidida"),
        "embarrassment": ("vergüenza", "avergonzada"),
    },
    "fr": {
        "boredom": ("ennui", "ennuyée"),
        "confusion": ("confusion", "perplexe"),
        "interest": ("intérêt", "intéressée"),
        "thinking": ("réflexion", "pensive"),
        "tiredness": ("fatigue", "fatiguée"),
        "pain": ("douleur", "douloureuse"),
        "determination": ("détermination", "déterminée"),
        "embarrassment": ("embarras", "gênée"),
    },
    "pt": {
        "boredom": ("tédio", "entediada"),
        "confusion": ("confusão", "confusa"),
        "interest": ("interesse", "interessada"),
        "thinking": ("reflexão", "pensativa"),
        "tiredness": ("cansaço", "cansada"),
        "pain": ("dor", "dolorida"),
        "determination": ("determinação", "determinada"),
        "embarrassment": ("vergonha", "envergonhada"),
    },
    "ja": {
        "boredom": ("退屈", "退屈な"),
        "confusion": ("困惑", "困惑している"),
        "interest": ("興味", "興味深い"),
        "thinking": ("思考", "考えている"),
        "tiredness": ("疲れ", "疲れた"),
        "pain": ("痛み", "痛い"),
        "determination": ("決意", "断固"),
        "embarrassment": ("恥ずかしさ", "恥ずかしい"),
    },
    "zh": {
        "boredom": ("无聊", "無聊"),
        "confusion": ("困惑", "迷惑"),
        "interest": ("兴趣", "感興趣"),
        "thinking": ("思考", "沉思"),
        "tiredness": ("疲倦", "疲憊"),
        "pain": ("疼痛", "痛"),
        "determination": ("决心", "堅定"),
        "embarrassment": ("尴尬", "難為情"),
    },
}
"""Of each of the further emotions, its name and an adjective, by language."""


@pytest.mark.parametrize("language", NAMES_OF_FURTHER)
def test_the_names_of_the_further_emotions_give_them(language):
    assert set(NAMES_OF_FURTHER) == set(CONTENTS) - {"emoji"}
    assert set(NAMES_OF_FURTHER[language]) == set(FURTHER_EMOTIONS)
    for emotion, names in NAMES_OF_FURTHER[language].items():
        for name in names:
            for lexicon in (ALONE[language], LEXICON):
                assert lexicon.read(name).mixture.amounts().get(emotion, 0) >= 0.8 - 1e-9, name


@pytest.mark.parametrize("language", NAMES_OF_FURTHER)
def test_the_further_emotions_come_in_strengths(language):
    """More than one word reaches each of them, at a share that is not lost among others."""
    for emotion in FURTHER_EMOTIONS:
        strengths = {
            entry["intensity"]
            for entry in CONTENTS[language]["entries"]
            if entry["emotion"].get(emotion, 0) >= 0.5
        }
        assert len(strengths) >= 2, emotion
