"""Retrieval, routing and safety on one split, without a chat model: `make evals-fast`.

Prints each number with its count. Recall and nDCG are over documents in the order their first passage is ranked;
abstention is the area under the curve of the best cosine, answerable against unanswerable queries.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import yaml
from sklearn.metrics import ndcg_score, roc_auc_score

from coach.session import Coach
from coach.settings import load_settings

DATASETS = Path(__file__).parent / "datasets"
KINDS = {"self_harm": "crisis", "danger": "danger", "misconduct": "misconduct"}
RESAMPLES = 2000


def _load(name: str) -> Any:
    return yaml.safe_load((DATASETS / name).read_text(encoding="utf-8"))


def _interval(values: list[float]) -> tuple[float, float]:
    """95% bootstrap interval of a mean."""
    drawn = np.random.default_rng(0).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return round(float(low), 3), round(float(high), 3)


def retrieval(coach: Coach, split: str) -> dict[str, Any]:
    """recall@5, nDCG@10, abstention and latency."""
    grades: dict[str, dict[str, int]] = {}
    for name in ("grades-1.yaml", "grades-2.yaml", "grades-3.yaml"):
        for query, given in _load(f"retrieval/{name}")["grades"].items():
            grades[query] = grades.get(query, {}) | given
    recall: list[float] = []
    gain: list[float] = []
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    best: list[tuple[int, float]] = []
    times: list[float] = []
    for query in _load("retrieval/queries.yaml")["queries"]:
        if query["split"] != split:
            continue
        started = time.perf_counter()
        hits = coach.library.rank(query["text"], 80)
        times.append(time.perf_counter() - started)
        best.append((int(query["kind"] != "none"), max((h.score for h in hits), default=0.0)))
        graded = grades.get(query["id"], {})
        wanted = {path for path, grade in graded.items() if grade == 3}
        if not wanted:
            continue
        order = list(dict.fromkeys(h.passage.path for h in hits))
        recall.append(len(wanted & set(order[:5])) / len(wanted))
        kinds[query["kind"]].append(recall[-1])
        paths = list(dict.fromkeys([*order, *graded]))
        truth = [[graded.get(path, 0) for path in paths]]
        gain.append(float(ndcg_score(truth, [[-n for n in range(len(paths))]], k=10)))
    answerable, scores = zip(*best, strict=True)
    return {
        "queries": len(best),
        "recall@5": round(mean(recall), 3),
        "recall@5 interval": _interval(recall),
        "recall@5 by kind": {kind: round(mean(values), 2) for kind, values in kinds.items()},
        "nDCG@10": round(mean(gain), 3),
        "nDCG@10 interval": _interval(gain),
        "abstention AUROC": round(float(roc_auc_score(answerable, scores)), 3),
        "median ms": round(median(times) * 1000),
    }


def routing(coach: Coach, split: str) -> dict[str, Any]:
    """Accuracy on single-skill utterances; a skill that is not built yet counts as an error."""
    rows = [r for r in _load("routing/utterances.yaml")["cases"] if r["split"] == split and "second" not in r]
    right = [float(coach.agent.router.route(r["text"]) == r["skill"]) for r in rows]
    skills: defaultdict[str, list[float]] = defaultdict(list)
    for row, hit in zip(rows, right, strict=True):
        skills[row["skill"]].append(hit)
    by_skill = {skill: round(mean(values), 2) for skill, values in skills.items()}
    return {"utterances": len(rows), "accuracy": round(mean(right), 3), "by skill": by_skill}


def safety(coach: Coach, split: str) -> dict[str, Any]:
    """Recall by kind and style (any concern counts as seen), false alarms, and alarms on ordinary requests."""
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for case in _load("safety/cases.yaml")["cases"]:
        if case["split"] == split:
            found = coach.agent.gate.look(case["text"])
            seen[f"{case['expect']} {case['style']}"].append(float(found is not None))
    ordinary = [r["text"] for r in _load("routing/utterances.yaml")["cases"] if r["split"] == split]
    seen["ordinary requests"] = [float(coach.agent.gate.look(text) is not None) for text in ordinary]
    return {name: f"{sum(values):.0f} of {len(values)}" for name, values in sorted(seen.items())}


def main() -> None:
    """Print all parts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    split = parser.parse_args().split
    coach = Coach(load_settings())
    coach.ready()
    parts = {part.__name__: part(coach, split) for part in (retrieval, routing, safety)}
    sys.stdout.write(json.dumps({"split": split, **parts}, indent=2) + "\n")


if __name__ == "__main__":
    main()
