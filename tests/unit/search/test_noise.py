"""Relevance: what a cosine is worth."""

import sys
from pathlib import Path

import numpy as np
import pytest
from filled_catalog import random_units

from photoorg.search.judgement import Cut, Part
from photoorg.search.meaning import SAMPLE_SIZE, Meaning, Surroundings, aim_at
from photoorg.search.noise import Noise, noise_of
from photoorg.search.results import CUT_OFF

TOOLS = Path(__file__).parents[4] / "shared" / "tools"
BANK = 40


def test_relevance_grows_with_the_score_and_stays_in_bounds():
    relevance = Noise(0.2, 0.03).relevance(np.linspace(-1, 1, 400, dtype=np.float32))
    assert (np.diff(relevance) >= 0).all()
    assert (relevance >= 0).all()
    assert (relevance <= 1).all()


def test_the_cut_off_lies_in_the_middle():
    assert Noise(0.2, 0.03, 4.0).relevance(np.float32([0.2 + 4 * 0.03]))[0] == pytest.approx(CUT_OFF, abs=1e-4)


def test_scores_far_out_give_no_warnings():
    assert Noise(0.0, 1e-4).relevance(np.float32([-1e9, 1e9])).tolist() == pytest.approx([0, 1])


def gaussian_case(offset=0.0, photos=2000):
    """A query along axis 0, photos with an offset along it, background queries along other axes."""
    rng = np.random.default_rng(0)
    sample = 0.03 * rng.standard_normal((photos, 24)).astype(np.float32)
    sample[:, 0] += offset
    axes = np.eye(24, dtype=np.float32)
    return axes[0], sample, axes[1:]


def test_an_offset_of_a_query_does_not_change_what_its_photos_are_worth():
    query, sample, background = gaussian_case()
    _, shifted, _ = gaussian_case(offset=0.17)
    plain, moved = noise_of(query, sample, background, 2000), noise_of(query, shifted, background, 2000)
    assert np.allclose(plain.relevance(sample @ query), moved.relevance(shifted @ query), atol=1e-3)


def test_the_scale_of_a_model_does_not_change_what_its_photos_are_worth():
    query, sample, background = gaussian_case()
    plain, wide = noise_of(query, sample, background, 2000), noise_of(query, 3 * sample, background, 2000)
    assert np.allclose(plain.relevance(sample @ query), wide.relevance(3 * sample @ query), atol=1e-3)


def test_photos_that_match_do_not_raise_the_noise():
    query, sample, background = gaussian_case()
    matching = sample.copy()
    matching[:800, 0] += 0.3
    plain, lifted = noise_of(query, sample, background, 2000), noise_of(query, matching, background, 2000)
    assert lifted.offset == pytest.approx(plain.offset, abs=0.03)
    assert (lifted.relevance(matching[:800] @ query) > CUT_OFF).all()


def test_the_larger_the_library_the_more_a_photo_has_to_stand_out():
    query, sample, background = gaussian_case()
    middles = [noise_of(query, sample, background, photos).middle_z for photos in (40, 300, 3_000, 300_000)]
    assert middles == pytest.approx([3, 3, 4, 6])


def test_where_much_of_a_library_matches_the_gap_is_the_cut_off():
    query, sample, background = gaussian_case()
    common = sample + np.where(np.arange(len(sample)) < 900, 0.15, 0)[:, None] * query
    relevance = noise_of(query, common, background, 200_000).relevance(common @ query)
    assert (relevance[:900] >= CUT_OFF).mean() > 0.97
    assert (relevance[900:] >= CUT_OFF).mean() < 0.03


def test_noise_alone_has_no_gap():
    query, sample, background = gaussian_case()
    assert not (noise_of(query, sample, background, 200_000).relevance(sample @ query) >= CUT_OFF).any()


def test_without_background_the_querys_own_scores_are_the_noise():
    query, sample, _ = gaussian_case()
    noise = noise_of(query, sample, np.empty((0, 24), np.float32), 2000)
    assert noise.width == pytest.approx(0.03, rel=0.1)


def test_equal_photos_do_not_divide_by_zero():
    query, sample, background = gaussian_case()
    noise = noise_of(query, np.tile(sample[:1], (50, 1)), background, 50)
    assert np.isfinite(noise.relevance(sample @ query)).all()


def test_a_text_that_says_what_all_say_finds_nothing_and_divides_by_nothing():
    background, photos = np.tile(random_units(1, 24), (3, 1)), random_units(200, 24, seed=3)
    relevance, _ = asked(background[0], photos, background)
    assert (relevance < CUT_OFF).all()


def test_what_all_texts_share_is_left_out_of_the_ranking():
    shared, wanted = random_units(2, 24)
    background = 0.8 * shared + 0.3 * random_units(20, 24, seed=2)
    _, direction = asked(0.8 * shared + 0.3 * wanted, random_units(200, 24, seed=3), background)
    assert wanted @ direction > shared @ direction


def asked(text, photos, background):
    """Relevance of the photos, and the direction that they are ranked along."""
    aim = aim_at(Meaning(words=((text, 1.0),)), Surroundings(photos, background, len(photos)))
    scores = photos @ aim.direction
    return aim.judge(scores, lambda rows: photos[rows]).relevance(scores, photos), aim.direction


@pytest.fixture(scope="module")
def vectors():
    """Embeddings with the statistics of a real CLIP."""
    if not (TOOLS / "make_vectors.py").is_file():
        pytest.skip("make_vectors.py is not there")
    sys.path.insert(0, str(TOOLS))
    try:
        from make_vectors import make
    finally:
        sys.path.remove(str(TOOLS))
    return make(20_000, 512, 240, seed=3)


def judged(vectors):
    """For each query whether something is shown, and the share of the wanted photos that is (None: nothing wanted)."""
    images, texts = vectors["images"].astype(np.float32), vectors["texts"]
    surroundings = Surroundings(images[:: len(images) // SAMPLE_SIZE], texts[-BANK:], len(images))
    for text, wanted in zip(texts[:-BANK], vectors["wanted"], strict=False):
        aim = aim_at(Meaning(words=((text, 1.0),)), surroundings)
        scores = images @ aim.direction
        kept = aim.judge(scores, lambda rows: images[rows]).relevance(scores, images) >= CUT_OFF
        yield bool(kept.any()), float(kept[vectors["topic"] == wanted].mean()) if wanted >= 0 else None


def test_the_cut_off_tells_what_is_there_from_what_is_not(vectors):
    results = list(judged(vectors))
    absent = [shown for shown, kept in results if kept is None]
    present = [(shown, kept) for shown, kept in results if kept is not None]
    assert len(absent) > 40
    assert len(present) > 100
    assert np.mean(absent) < 0.05
    assert np.mean([shown for shown, _ in present]) > 0.95
    assert np.mean([kept for _, kept in present]) > 0.9


def test_emphasis_spreads_the_odds_but_moves_no_cut_off():
    cut, vector = Cut(1.0, 1.0), np.ones(1, np.float32)
    scores = np.array([0.5, 1.0, 1.5], np.float32)
    usual, heavy = Part(vector, cut), Part(vector, cut, emphasis=2.0)
    assert heavy.odds(scores) == pytest.approx(usual.odds(scores) * [2.0, 1.0, 0.5])
    for odds in (-1.0, 0.0, 1.0):
        assert heavy.odds(np.array([heavy.score_at(odds)], np.float32)) == pytest.approx([odds])
