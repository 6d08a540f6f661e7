#!/usr/bin/env python3
"""judge.py - measure how well a code search finds the files a task will change.

The idea.  A commit is a task somebody really did: its message says what was wanted, the
files it modified say where the work was.  So: index a repository as it stood at a fixed
SNAPSHOT, then ask, for each of N later commits, "where is the code for <commit message>?"
and look where the files which that commit modified come in the ranked answer.

No leakage.  All query commits lie strictly after the snapshot (they are in
`snapshot..head`); the work tree handed to the system under test holds the snapshot's files
and the history up to it and nothing later; a query whose subject already occurs in that
history (a cherry-pick, a back-port) is dropped.

Two variants of each query:
  plain   subject + body, without trailers, issue numbers and URLs
  hard    the same without file paths, file names, names equal to a gold file's stem, and
          a leading scope ("tsdb: ...") that names a gold file's folder

Two gold sets of each query, scored from the same ranking:
  all     every modified source file, tests included
  impl    modified source files that are not tests; test files are taken out of the ranking
A ranking is first cut down to the candidates (source files of the snapshot), and repeated
paths are dropped (a chunk search returns a file several times), so a system that also
returns documents is not punished for them.

Only the Python 3.9+ standard library and git are needed (and ripgrep for the `rg` ones).

  build a benchmark      judge.py make --git REPO --out b.json [--queries 100] [--seed 1]
  lay out the work tree  judge.py snapshot --git REPO --bench b.json --dest DIR
  run a system           judge.py run --bench b.json --tree DIR --system SYSTEM --out r.json
  print a table          judge.py table r1.json r2.json ... [--variant plain] [--gold all]
  all of it at once      judge.py compare --git REPO [--git REPO ...] --work DIR [--queries 100] [--systems ours,rg,...]
  hand-written questions judge.py questions --git REPO --questions questions/NAME.json --work DIR
  self test              judge.py selftest

SYSTEM is one of
  ours            AutoBuild's memory in process, chunks as an agent gets them (max_results 60);
                  ours:nohistory gives it the files alone. Needs `dotnet build -c Release bench/AutoBuild.Benchmarks`
  fts5            SQLite FTS5, path and text, ranked by its bm25
  rg              words of the query, ripgrep each, rank by distinct words then by hits
  rg-idf          the same, each word weighed by its rarity
  bm25            BM25 over whole files, words as they stand in the file
  bm25-code       BM25 over split identifiers, path and definition names counted more
  cmd:COMMAND     COMMAND runs in DIR for each query, reads the query on stdin, prints paths
  http:URL        POST URL/api/v1/index/repository once, then URL/api/v1/search per query
                  (field names can be set with --http-*)
  random          a seeded shuffle: the floor
"""
from __future__ import annotations

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

from sets import clean_message, git, harden, is_test, lay_out, make_benchmark, tree_files
from scores import score_ranking
from words import split_identifier
from systems import make_system, run_system


def print_table(results, variant, gold):
    print(f"variant={variant} gold={gold}")
    keys = ["recall@1", "recall@5", "recall@10", "recall@20", "hit@10", "mrr", "ndcg@10"]
    print("| repository | system | files | " + " | ".join(keys) + " | index s | query ms p50 |")
    print("|---" * (len(keys) + 5) + "|")
    groups = collections.defaultdict(list)
    for r in results:
        m = r["means"][variant][gold]
        groups[r["system"]].append(m)
        print(f"| {r['repository']} | {r['system']} | {r['candidates']} | " + " | ".join(f"{m[k]:.3f}" for k in keys)
              + f" | {r['index_seconds']} | {r['query_ms_p50']} |")
    for system, means in groups.items():
        if len(means) > 1:
            print(f"| MEAN of {len(means)} | {system} | | " + " | ".join(f"{sum(m[k] for m in means) / len(means):.3f}" for k in keys) + " | | |")


def score_questions(asked: dict, answers: list[dict], candidates: set[str]) -> dict:
    """Share of the questions whose file, and whose symbol, is among the first ten passages; and the mean reciprocal rank of the file."""
    found = {"file@1": 0, "file@10": 0, "symbol@10": 0, "mrr": 0.0, "missed": []}
    for question, answer in zip(asked["questions"], answers):
        rows = [row for row in answer["results"] if row["path"] in candidates]
        files = list(dict.fromkeys(row["path"] for row in rows))
        rank = next((i for i, path in enumerate(files, 1) if path in question["files"]), 0)
        found["file@1"] += rank == 1
        found["file@10"] += 1 <= rank <= 10
        found["mrr"] += 1 / rank if rank else 0
        names = {s.split(".")[-1] for s in question["symbols"]}
        found["symbol@10"] += any(row["path"] in question["files"] and any(re.search(rf"\b{re.escape(n)}\b", row["text"]) for n in names) for row in rows[:10])
        if not 1 <= rank <= 10:
            found["missed"].append(question["ask"])
    count = len(asked["questions"])
    return {key: value if key == "missed" else value / count for key, value in found.items()}


def ask_questions(repo: str, path: str, work: str) -> None:
    with open(path) as handle:
        asked = json.load(handle)
    tree = os.path.join(work, f"{asked['repository'].replace('/', '-')}-questions")
    if not os.path.isdir(tree):
        lay_out(repo, asked["commit"], tree)
    candidates = [p for p in tree_files(tree, "HEAD") if os.path.exists(os.path.join(tree, p))]
    unknown = sorted({f for q in asked["questions"] for f in q["files"]} - set(candidates))
    if unknown:
        raise SystemExit(f"no such file at {asked['commit'][:12]}: {', '.join(unknown)}")
    texts = [q["ask"] for q in asked["questions"]]
    for name in ("ours", "ours:nohistory", "bm25-code", "fts5", "bm25", "rg-idf"):
        system = make_system(name, tree, candidates, None)
        system.index()
        if hasattr(system, "answer_all"):
            answers = system.answer_all(texts)["answers"]
        else:
            answers = [{"results": [{"path": p, "text": ""} for p in system.search(t)]} for t in texts]
        scores = score_questions(asked, answers, set(candidates))
        symbol = f"{scores['symbol@10']:.3f}" if hasattr(system, "answer_all") else "-"
        print(f"| {asked['repository']} | {name} | {len(texts)} | {scores['file@1']:.3f} | {scores['file@10']:.3f} | {symbol} | {scores['mrr']:.3f} |")
        if name == "ours":
            for ask in scores["missed"]:
                print(f"    missed: {ask}")


def compare(options) -> None:
    """Makes a set of each repository, lays it out, runs every system, prints the tables."""
    os.makedirs(options.work, exist_ok=True)
    results = []
    for repo in options.git:
        name = os.path.basename(repo.rstrip("/"))
        name = os.path.basename(os.path.dirname(repo.rstrip("/"))) if name in ("repo", ".git") else name
        path, tree = os.path.join(options.work, f"{name}.json"), os.path.join(options.work, name)
        if not os.path.exists(path):
            bench = make_benchmark(repo, "HEAD", options.queries, options.seed)
            bench["repository"] = name
            with open(path, "w") as handle:
                json.dump(bench, handle, indent=1)
        with open(path) as handle:
            bench = json.load(handle)
        if not os.path.isdir(tree):
            lay_out(repo, bench["snapshot"], tree)
        for system in options.systems.split(","):
            print(f"{name}: {system}", file=sys.stderr)
            results.append(run_system(bench, tree, system, options))
    for variant in ("plain", "hard"):
        print_table(results, variant, options.gold)


def selftest() -> None:
    assert split_identifier("getHTTPResponse2") == ("gethttpresponse2", "get", "http", "respons", "2")
    assert split_identifier("parse") == ("pars",) or split_identifier("parse") == ("parse",)
    assert is_test("src/test/java/A.java") and is_test("pkg/a_test.go") and not is_test("src/contest/a.py")
    assert is_test("test/Core.Tests/X.cs") and not is_test("src/latest/a.cs")
    assert "head.go" not in harden("tsdb: fix head.go and memSeries in Head", ["tsdb/head.go"])
    assert harden("tsdb: fix race in Head append", ["tsdb/head.go"]).split() == ["fix", "race", "in", "append"]
    assert clean_message("Fix it (#12)\n\nSigned-off-by: A <a@b>\nSee https://x.y/z") == "Fix it"
    s = score_ranking(["a", "b", "c"], {"b", "z"})
    assert s["recall@1"] == 0 and s["recall@5"] == 0.5 and s["mrr"] == 0.5 and s["hit@5"] == 1
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@t", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@t"}
        repo = os.path.join(folder, "r")
        subprocess.run(["git", "init", "-q", repo], check=True)
        names = ["login_handler.py", "token_cache.py", "report_writer.py"]
        for round_ in range(14):
            name = names[round_ % 3]
            with open(os.path.join(repo, name), "a") as handle:
                handle.write(f"def {name[:-3]}_{round_}():\n    return {round_}\n")
            subprocess.run(["git", "-C", repo, "add", "-A"], check=True)
            topic = name[:-3].replace("_", " ")
            subprocess.run(["git", "-C", repo, "commit", "-q", "-m", f"Correct round {round_} behaviour for {topic} expiry case"], check=True, env=env)
        bench = make_benchmark(repo, "HEAD", 4, 1, step=2)
        assert len(bench["queries"]) == 4, bench
        tree = os.path.join(folder, "t")
        lay_out(repo, bench["snapshot"], tree)
        assert git(tree, "rev-parse", "HEAD").strip() == bench["snapshot"]
        result = run_system(bench, tree, "bm25-code", None)
        assert result["means"]["plain"]["all"]["recall@1"] == 1.0, result["means"]
        again = make_benchmark(repo, "HEAD", 4, 1, step=2)
        assert again == bench
    print("selftest ok")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = parser.add_subparsers(dest="verb", required=True)
    p = sub.add_parser("make")
    p.add_argument("--git", required=True)
    p.add_argument("--head", default="HEAD")
    p.add_argument("--queries", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--name")
    p.add_argument("--out", required=True)
    p = sub.add_parser("snapshot")
    p.add_argument("--git", required=True)
    p.add_argument("--bench", required=True)
    p.add_argument("--dest", required=True)
    p = sub.add_parser("run")
    p.add_argument("--bench", required=True)
    p.add_argument("--tree", required=True)
    p.add_argument("--system", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--timeout", type=float, default=60)
    p.add_argument("--index-timeout", type=float, default=1800)
    p.add_argument("--max-results", type=int, default=60)
    p.add_argument("--http-index", default="/api/v1/index/repository")
    p.add_argument("--http-search", default="/api/v1/search")
    p.add_argument("--http-status", default="", help="GET path with {project_id}, polled until completed; empty: index answers when done")
    p.add_argument("--http-path-field", default="repo_path")
    p.add_argument("--http-project-field", default="project_id")
    p.add_argument("--http-query-field", default="query")
    p.add_argument("--http-max-field", default="max_results")
    p.add_argument("--http-extra", help="JSON object added to the index request")
    p.add_argument("--http-header", action="append", help="'Name: value', may be repeated")
    p = sub.add_parser("table")
    p.add_argument("results", nargs="+")
    p.add_argument("--variant", default="plain", choices=("plain", "hard"))
    p.add_argument("--gold", default="all", choices=("all", "impl"))
    p = sub.add_parser("compare")
    p.add_argument("--git", required=True, action="append")
    p.add_argument("--work", required=True, help="where sets and work trees are kept; what is there is used again")
    p.add_argument("--queries", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--gold", default="all", choices=("all", "impl"))
    p.add_argument("--systems", default="ours,ours:nohistory,bm25-code,fts5,bm25,rg-idf,rg")
    p = sub.add_parser("questions")
    p.add_argument("--git", required=True)
    p.add_argument("--questions", required=True)
    p.add_argument("--work", required=True)
    sub.add_parser("selftest")
    o = parser.parse_args()
    if o.verb == "selftest":
        return selftest()
    if o.verb == "compare":
        compare(o)
    elif o.verb == "questions":
        ask_questions(o.git, o.questions, o.work)
    elif o.verb == "make":
        bench = make_benchmark(o.git, o.head, o.queries, o.seed)
        bench["repository"] = o.name or bench["repository"]
        with open(o.out, "w") as handle:
            json.dump(bench, handle, indent=1)
        gold = [len(q["gold"]) for q in bench["queries"]]
        print(f"{bench['repository']}: {len(gold)} queries, {sum(gold) / max(1, len(gold)):.2f} gold files each, "
              f"{bench['candidates']} candidates, snapshot {bench['snapshot'][:12]}")
    elif o.verb == "snapshot":
        with open(o.bench) as handle:
            lay_out(o.git, json.load(handle)["snapshot"], o.dest)
    elif o.verb == "run":
        with open(o.bench) as handle:
            bench = json.load(handle)
        result = run_system(bench, o.tree, o.system, o)
        with open(o.out, "w") as handle:
            json.dump(result, handle)
        print_table([result], "plain", "all")
    elif o.verb == "table":
        results = []
        for name in o.results:
            with open(name) as handle:
                results.append(json.load(handle))
        print_table(results, o.variant, o.gold)


if __name__ == "__main__":
    main()
