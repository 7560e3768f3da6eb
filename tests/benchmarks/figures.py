"""Precision, recall and F1 of what is shown, beside what any threshold could reach and what users know today."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from asked import ABSENT, COMMON, GIBBERISH, PRESENT, RARE, SILENT, UNKNOWN, Float32, Question, Truth, World

from photoorg.search.meaning import SAMPLE_SIZE, Surroundings, aim_at

PLAIN = (PRESENT, RARE, COMMON, ABSENT, GIBBERISH, UNKNOWN)
FIRST = 50
CUT_OFF = 0.5


def figures(worlds: Sequence[World]) -> dict[str, Any]:
    """Means over the questions of each group in these worlds, and over all plain ones."""
    answers: dict[str, list[dict[str, float]]] = defaultdict(list)
    for world in worlds:
        surroundings = surroundings_of(world)
        cosines = _cosines(world)
        fixed = _best_fixed(world, cosines)
        for question, own in zip(world.questions, cosines, strict=True):
            kept, scores = shown(question, world.vectors, surroundings)
            row = _measured(question, kept, scores, own, fixed)
            answers[question.group].append(row)
            if question.group in PLAIN:
                answers["all plain"].append(_counted(row))
    return {group: _means(rows) for group, rows in answers.items()}


def surroundings_of(world: World) -> Surroundings:
    """The sampled library and the bank."""
    rows = np.random.default_rng(0).permutation(len(world.vectors))[:SAMPLE_SIZE]
    return Surroundings(world.vectors[np.sort(rows)], world.background, len(world.vectors))


def shown(
    question: Question, vectors: Float32, surroundings: Surroundings, cut_off: float = CUT_OFF
) -> tuple[Truth, Float32]:
    """Which photos (n,) are shown at the cut-off, and by what they are ranked (n,)."""
    aim = aim_at(question.meaning, surroundings)
    scores = vectors @ aim.direction
    judgement = aim.judge(scores, lambda rows: vectors[rows])
    close = np.flatnonzero(scores >= judgement.floor(cut_off))
    relevance = np.zeros(len(vectors), np.float32)
    relevance[close] = judgement.relevance(scores[close], vectors[close])
    kept = relevance >= cut_off
    return kept if question.kept is None else kept & question.kept, relevance + 1e-3 * scores


def _cosines(world: World) -> list[Float32 | None]:
    """The plain cosines (n,) of questions with one description."""
    return [
        world.vectors @ question.meaning.words[0][0] if question.meaning.words else None for question in world.questions
    ]


def _best_fixed(world: World, cosines: Sequence[Float32 | None]) -> float:
    """The one threshold for all cosines that does best over all plain questions, known with hindsight."""
    asked = [
        (scores, question.truth)
        for question, scores in zip(world.questions, cosines, strict=True)
        if scores is not None and question.group in PLAIN
    ]
    candidates = np.linspace(0.1, 0.7, 121)
    return float(max(candidates, key=lambda at: np.mean([_or_silent(scores >= at, truth) for scores, truth in asked])))


def _or_silent(kept: Truth, truth: Truth) -> float:
    """F1; where nothing is to be found, 1 for showing nothing."""
    return f1(kept, truth) if truth.any() else float(not kept.any())


def _counted(row: dict[str, float]) -> dict[str, float]:
    """For the mean over all plain questions."""
    if "f1" in row:
        return {name: row[name] for name in ("f1", "best_threshold_f1", "first_50_f1", "fixed_f1")}
    fixed = row["fixed_called_absent"]
    return {"f1": row["called_absent"], "best_threshold_f1": 1.0, "first_50_f1": 0.0, "fixed_f1": fixed}


def _measured(
    question: Question, kept: Truth, ranked: Float32, cosines: Float32 | None, fixed: float
) -> dict[str, float]:
    found = {"called_absent": float(not kept.any())}
    if question.group in SILENT:
        return found | {"fixed_called_absent": float(not _filtered(question, cosines >= fixed).any())}  # type: ignore[operator]
    truth = question.answers
    inside = ranked if question.kept is None else np.where(question.kept, ranked, -np.inf)
    found |= {"precision": precision(kept, truth), "recall": recall(kept, truth), "f1": f1(kept, truth)}
    first = np.zeros(len(truth), bool)
    first[np.argsort(-inside, kind="stable")[:FIRST]] = True
    found |= {"best_threshold_f1": best_f1(inside, truth), "first_50_f1": f1(_filtered(question, first), truth)}
    if cosines is not None:
        found["fixed_f1"] = f1(_filtered(question, cosines >= fixed), truth)
    return found


def _filtered(question: Question, kept: Truth) -> Truth:
    return kept if question.kept is None else kept & question.kept


def precision(kept: Truth, truth: Truth) -> float:
    """Of what is shown, how much answers; 1 where nothing is shown."""
    return float((kept & truth).sum() / kept.sum()) if kept.any() else 1.0


def recall(kept: Truth, truth: Truth) -> float:
    """Of the answers, how many are shown."""
    return float((kept & truth).sum() / max(1, truth.sum()))


def f1(kept: Truth, truth: Truth) -> float:
    """The harmonic mean of precision and recall."""
    return float(2 * (kept & truth).sum() / max(1, kept.sum() + truth.sum()))


def best_f1(scores: Float32, truth: Truth) -> float:
    """The best F1 of any threshold on the scores."""
    right = np.cumsum(truth[np.argsort(-scores, kind="stable")])
    return float((2 * right / (np.arange(1, len(truth) + 1) + truth.sum())).max())


def _means(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    names = sorted({name for row in rows for name in row})
    means = {name: round(float(np.mean([row[name] for row in rows if name in row])), 3) for name in names}
    return {"questions": len(rows), **means}
