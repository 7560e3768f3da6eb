"""Meaning: what is aimed at, and how the pictures of a library are judged."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.embedding.encoder import open_encoder
from photoorg.embedding.models import resolve
from photoorg.search.calibration import level_of, offset_of
from photoorg.search.meaning import Meaning, Surroundings, aim_at

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from asked import ABSENT, COMMON, GIBBERISH, NEGATED, PRESENT, RARE, UNKNOWN
from drawn_world import drawn_world
from figures import figures, shown, surroundings_of

CUT_OFF = 0.5
TOPICS, EACH, DIMENSION = 40, 25, 128


class TopicLibrary:
    """Photos of topics, and texts that describe them at a known level: cosines about 0.27 above the noise."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.axes = random_units(TOPICS + 20, DIMENSION, seed)
        self.topic = np.repeat(np.arange(TOPICS), EACH)
        noise = random_units(len(self.topic), DIMENSION, seed + 1)
        self.photos = unit(0.8 * self.axes[self.topic] + 0.6 * noise)
        self.cone = random_units(1, DIMENSION, seed + 2)[0]
        self.offsets = rng.uniform(0, 0.3, (len(self.axes), 1)).astype(np.float32)
        self.texts = unit(0.7 * self.cone + 0.5 * self.axes)
        self.surroundings = Surroundings(self.photos, self.texts[1::2], len(self.photos))

    def relevance(self, meaning):
        aim = aim_at(meaning, self.surroundings)
        scores = self.photos @ aim.direction
        return aim.judge(scores, lambda rows: self.photos[rows]).relevance(scores, self.photos)


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def library():
    return TopicLibrary()


def words(*texts):
    return tuple((text, 1.0) for text in texts)


def test_the_level_of_matches_is_read_off_the_background(library):
    shared = unit(library.surroundings.background.mean(axis=0))
    level = level_of(library.photos, library.surroundings.background, shared)
    matching = library.photos[library.topic == 1] @ library.texts[1]
    assert level is not None
    assert level.valley < level.top
    assert level.top == pytest.approx(float(matching.mean()), abs=0.12)


@pytest.mark.parametrize("photos", [3, 30, 300])
def test_random_vectors_have_no_level(photos):
    background = random_units(48, DIMENSION, seed=5)
    assert level_of(random_units(photos, DIMENSION, seed=6), background, unit(background.mean(axis=0))) is None


def test_the_offset_is_that_of_what_does_not_match():
    scores = np.concatenate((np.full(60, 0.1), np.full(40, 0.6))).astype(np.float32)
    assert offset_of(scores) == pytest.approx(0.1)


@pytest.mark.parametrize("topic", [0, 2, 20, 38])
def test_a_description_finds_its_photos_and_no_others(library, topic):
    kept = library.relevance(Meaning(words=words(library.texts[topic]))) >= CUT_OFF
    assert np.array_equal(kept, library.topic == topic)


@pytest.mark.parametrize("topic", [TOPICS, TOPICS + 2, TOPICS + 18])
def test_of_what_is_not_there_nothing_matches(library, topic):
    assert not (library.relevance(Meaning(words=words(library.texts[topic]))) >= CUT_OFF).any()


def test_relevance_grows_with_the_score_and_stays_in_bounds(library):
    aim = aim_at(Meaning(words=words(library.texts[4])), library.surroundings)
    judgement = aim.judge(library.photos @ aim.direction)
    relevance = judgement.relevance(np.linspace(-1, 1, 500, dtype=np.float32), np.empty((500, 0), np.float32))
    assert not judgement.needs_vectors
    assert (np.diff(relevance) >= 0).all()
    assert ((relevance >= 0) & (relevance <= 1)).all()


def meanings(library):
    text, other, photo = library.texts[4], library.texts[6], library.photos[4 * EACH]
    return {
        "a description": Meaning(words=words(text)),
        "without another": Meaning(words=words(text), without_words=words(other)),
        "only without": Meaning(without_words=words(text)),
        "only without two": Meaning(without_words=words(text, other)),
        "two": Meaning(words=((text, 1.0), (other, 0.5))),
        "a photo": Meaning(likes=words(photo)),
        "a description and a photo": Meaning(words=words(text), likes=words(photo)),
        "only without a photo": Meaning(without_likes=words(photo)),
        "feedback": Meaning(words=words(text), likes=((photo, 0.5),), without_likes=((library.photos[0], 0.5),)),
    }


@pytest.mark.parametrize("name", list(meanings(TopicLibrary())))
@pytest.mark.parametrize("cut_off", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_nothing_below_the_floor_reaches_the_cut_off(library, name, cut_off):
    aim = aim_at(meanings(library)[name], library.surroundings)
    scores = library.photos @ aim.direction
    judgement = aim.judge(scores, lambda rows: library.photos[rows])
    relevance = judgement.relevance(scores, library.photos)
    assert np.linalg.norm(aim.direction) == pytest.approx(1, abs=1e-4)
    assert (relevance[scores < judgement.floor(cut_off) - 1e-5] <= cut_off + 1e-4).all()


def test_sliding_the_cut_off_up_never_shows_more(library):
    relevance = library.relevance(Meaning(words=words(library.texts[8])))
    counts = [(relevance >= cut_off).sum() for cut_off in np.linspace(0.05, 0.95, 19)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < counts[0]


def test_what_is_left_out_takes_its_photos_away(library):
    kept = library.relevance(Meaning(words=words(library.texts[4]), without_words=words(library.texts[6]))) >= CUT_OFF
    assert np.array_equal(kept, library.topic == 4)
    without = library.relevance(Meaning(without_words=words(library.texts[4]))) >= CUT_OFF
    assert np.array_equal(without, library.topic != 4)


def test_two_descriptions_have_to_fit_both(library):
    assert not (library.relevance(Meaning(words=words(*library.texts[[4, 6]]))) >= CUT_OFF).any()
    same = unit(library.texts[4] + 0.2 * random_units(1, DIMENSION, 9)[0])
    kept = library.relevance(Meaning(words=((library.texts[4], 1.0), (same, 0.5)))) >= CUT_OFF
    assert np.array_equal(kept, library.topic == 4)


def test_photos_find_the_others_of_their_topic(library):
    rows = np.flatnonzero(library.topic == 7)[:3]
    kept = library.relevance(Meaning(likes=words(*library.photos[rows]))) >= CUT_OFF
    assert np.array_equal(kept, library.topic == 7)


def test_more_like_these_and_less_like_those_rank_again(library):
    either = unit(library.texts[4] + library.texts[6])
    more, less = (np.flatnonzero(library.topic == topic)[:2] for topic in (4, 6))
    feedback = Meaning(
        words=words(either),
        likes=tuple((library.photos[row], 0.5) for row in more),
        without_likes=tuple((library.photos[row], 0.5) for row in less),
    )
    first = [
        np.argsort(-(library.photos @ aim_at(meaning, library.surroundings).direction))[: EACH // 2]
        for meaning in (Meaning(words=words(either)), feedback)
    ]
    before, after = ((library.topic[rows] == 4).mean() for rows in first)
    assert before < 0.9
    assert after == 1


@pytest.mark.parametrize("photos", [1, 2, 10])
def test_in_a_library_of_few_photos_without_a_level_all_are_shown(photos):
    few = random_units(photos, DIMENSION, seed=8)
    surroundings = Surroundings(few, random_units(20, DIMENSION, seed=9), photos)
    aim = aim_at(Meaning(words=words(random_units(1, DIMENSION, seed=10)[0])), surroundings)
    scores = few @ aim.direction
    assert (aim.judge(scores).relevance(scores, few) >= CUT_OFF).all()


def test_without_background_and_with_equal_photos_there_is_an_answer():
    same = np.tile(random_units(1, DIMENSION), (50, 1))
    surroundings = Surroundings(same, np.empty((0, DIMENSION), np.float32), len(same))
    for meaning in meanings(TopicLibrary()).values():
        aim = aim_at(meaning, surroundings)
        scores = same @ aim.direction
        assert np.isfinite(aim.judge(scores, lambda rows: same[rows]).relevance(scores, same)).all()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    encoder = open_encoder(resolve("demo", tmp_path_factory.mktemp("models")), "cpu", 1)
    try:
        return drawn_world(encoder, 240, seed=77, uneven=False)
    finally:
        encoder.close()


def test_in_a_drawn_library_present_and_absent_things_are_told_apart(drawn):
    groups = figures([replace(drawn, questions=drawn.questions)])
    assert groups[PRESENT]["f1"] > 0.9
    assert groups[COMMON]["f1"] > 0.95
    assert groups[RARE]["f1"] > 0.8
    assert groups[ABSENT]["called_absent"] > 0.9
    assert groups[GIBBERISH]["called_absent"] > 0.95
    assert groups[UNKNOWN]["called_absent"] > 0.95
    assert groups[NEGATED]["f1"] > 0.85
    assert groups["all plain"]["f1"] > 0.92


def test_a_filter_only_masks_what_the_whole_library_was_judged_by(drawn):
    surroundings = surroundings_of(drawn)
    question = next(question for question in drawn.questions if question.group == COMMON)
    kept, _ = shown(question, drawn.vectors, surroundings)
    outside = replace(question, kept=~question.truth)
    assert kept.any()
    assert shown(outside, drawn.vectors, surroundings)[0].sum() <= 0.02 * len(kept)
