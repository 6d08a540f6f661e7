"""Scores a ranking against the files that a commit changed."""
from __future__ import annotations

import math
import statistics

from sets import is_test


CUTS = (1, 5, 10, 20)


def score_ranking(ranking: list[str], gold: set[str]) -> dict:
    positions = [i for i, path in enumerate(ranking, 1) if path in gold]
    result = {}
    for k in CUTS:
        result[f"recall@{k}"] = sum(1 for p in positions if p <= k) / len(gold)
        result[f"hit@{k}"] = 1.0 if positions and positions[0] <= k else 0.0
    result["mrr"] = 1.0 / positions[0] if positions else 0.0
    ideal = sum(1 / math.log2(i + 1) for i in range(1, min(len(gold), 10) + 1))
    result["ndcg@10"] = sum(1 / math.log2(p + 1) for p in positions if p <= 10) / ideal
    return result


def score_query(ranking: list[str], query: dict, candidates: set[str]) -> dict:
    """Scores of one ranking against both gold sets. Paths are made relative, unique, candidates only."""
    seen, unique = set(), []
    for path in ranking:
        path = path.strip().replace("\\", "/")
        path = path[2:] if path.startswith("./") else path
        if path in candidates and path not in seen:
            seen.add(path)
            unique.append(path)
    result = {"all": score_ranking(unique, set(query["gold"]))}
    if query["impl"]:
        result["impl"] = score_ranking([p for p in unique if not is_test(p)], set(query["impl"]))
    return result


def mean_scores(rows: list[dict], gold: str) -> dict:
    rows = [r[gold] for r in rows if gold in r]
    if not rows:
        return {}
    means = {key: sum(r[key] for r in rows) / len(rows) for key in rows[0]}
    means["n"] = len(rows)
    if len(rows) > 1:
        means["recall@10_se"] = statistics.stdev(r["recall@10"] for r in rows) / math.sqrt(len(rows))
    return means
