"""The systems under test: each has index() and search(query), which gives paths, the best first."""
from __future__ import annotations

import collections
import hashlib
import json
import math
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from sets import STOP, tree_files
from scores import mean_scores, score_query
from words import WORD_RE, code_tokens, definitions, naive_tokens, query_code_tokens, read_text


class Bm25F:
    """BM25 with weighted fields. One field of weight 1 is plain BM25."""

    def __init__(self, fields: dict[str, tuple[float, float]], k1: float = 1.2):
        self.fields, self.k1 = fields, k1          # name -> (weight, b)
        self.postings: dict[str, list] = collections.defaultdict(list)
        self.paths: list[str] = []

    def build(self, documents):
        """documents: iterable of (path, {field: tokens})."""
        rows, totals = [], collections.Counter()
        for path, parts in documents:
            counts = {}
            for field in self.fields:
                tokens = parts.get(field, ())
                totals[field] += len(tokens)
                counts[field] = (collections.Counter(tokens), len(tokens))
            self.paths.append(path)
            rows.append(counts)
        n = max(1, len(rows))
        for doc, counts in enumerate(rows):
            weighted: dict[str, float] = collections.defaultdict(float)
            for field, (weight, b) in self.fields.items():
                counter, length = counts[field]
                norm = weight / (1 - b + b * length / max(1e-9, totals[field] / n))
                for token, tf in counter.items():
                    weighted[token] += tf * norm
            for token, tf in weighted.items():
                self.postings[token].append((doc, tf))

    def search(self, tokens, top: int = 200) -> list[str]:
        scores: dict[int, float] = collections.defaultdict(float)
        n, k1 = len(self.paths), self.k1
        for token, count in collections.Counter(tokens).items():
            rows = self.postings.get(token)
            if not rows:
                continue
            idf = math.log(1 + (n - len(rows) + 0.5) / (len(rows) + 0.5)) * (1 + math.log(count))
            for doc, tf in rows:
                scores[doc] += idf * tf * (k1 + 1) / (k1 + tf)
        best = sorted(scores.items(), key=lambda kv: (-kv[1], self.paths[kv[0]]))[:top]
        return [self.paths[doc] for doc, _ in best]


class Bm25System:
    def __init__(self, tree, candidates, code: bool):
        self.tree, self.candidates, self.code = tree, candidates, code

    def index(self):
        if self.code:
            self.engine = Bm25F({"body": (1.0, 0.5), "path": (3.0, 0.3), "defs": (2.0, 0.5)})
        else:
            self.engine = Bm25F({"body": (1.0, 0.75)})
        self.engine.build(self.documents())

    def documents(self):
        for path in self.candidates:
            text = read_text(self.tree, path)
            if self.code:
                yield path, {"body": code_tokens(text), "path": code_tokens(path.replace("/", " ")),
                             "defs": code_tokens(" ".join(definitions(text)))}
            else:
                yield path, {"body": naive_tokens(text)}

    def search(self, query):
        return self.engine.search(query_code_tokens(query) if self.code else naive_tokens(query))


class RipgrepSystem:
    """What an agent without an index does: grep the query's words, read the files with most of them."""

    caches: dict[str, dict] = {}

    def __init__(self, tree, candidates, idf: bool, max_words: int = 12):
        self.tree, self.candidates, self.idf, self.max_words = tree, set(candidates), idf, max_words
        self.cache: dict[str, dict[str, int]] = self.caches.setdefault(os.path.abspath(tree), {})

    def index(self):
        subprocess.run(["rg", "--version"], check=True, stdout=subprocess.DEVNULL)

    def hits(self, word):
        if word not in self.cache:
            out = subprocess.run(["rg", "-c", "-i", "-F", "--no-messages", "--max-filesize", "1M", "-e", word, "."],
                                 cwd=self.tree, stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")
            counts = {}
            for line in out.splitlines():
                path, _, number = line.rpartition(":")
                path = path[2:] if path.startswith("./") else path
                if path in self.candidates:
                    counts[path] = int(number)
            self.cache[word] = counts
        return self.cache[word]

    def search(self, query):
        words = []
        for word in WORD_RE.findall(query):
            if len(word) > 2 and word.lower() not in STOP and word.lower() not in words:
                words.append(word.lower())
        n = len(self.candidates)
        distinct, total = collections.Counter(), collections.Counter()
        for word in words[: self.max_words]:
            counts = self.hits(word)
            weight = math.log(1 + n / (1 + len(counts))) if self.idf else 1.0
            for path, number in counts.items():
                distinct[path] += weight
                total[path] += weight * math.log(1 + number) if self.idf else number
        if self.idf:
            return sorted(distinct, key=lambda p: (-(distinct[p] + 0.3 * total[p]), p))[:200]
        return sorted(distinct, key=lambda p: (-distinct[p], -total[p], p))[:200]


class RandomSystem:
    def __init__(self, tree, candidates):
        self.candidates = candidates

    def index(self):
        pass

    def search(self, query):
        mixed = list(self.candidates)
        random.Random(hashlib.sha256(query.encode()).hexdigest()).shuffle(mixed)
        return mixed[:200]


class Fts5System:
    """What a database gives for nothing: full-text search over path and text, as FTS5 cuts words."""

    def __init__(self, tree, candidates):
        self.tree, self.candidates = tree, candidates

    def index(self):
        self.db = sqlite3.connect(":memory:")
        self.db.execute("create virtual table files using fts5(path, text)")
        self.db.executemany("insert into files values (?, ?)", ((p, read_text(self.tree, p)) for p in self.candidates))

    def search(self, query):
        words = list(dict.fromkeys(w.lower() for w in WORD_RE.findall(query) if w.lower() not in STOP))[:200]
        if not words:
            return []
        match = " OR ".join(f'"{w}"' for w in words)
        return [row[0] for row in self.db.execute("select path from files where files match ? order by bm25(files, 5.0, 1.0), path limit 200", (match,))]


class OursSystem:
    """AutoBuild's memory, in a process of its own that indexes once and answers all queries."""

    def __init__(self, tree, candidates, history):
        self.tree, self.history = os.path.abspath(tree), history

    def index(self):
        pass

    def answer_all(self, queries):
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = os.path.join(folder, "queries.json"), os.path.join(folder, "answers.json")
            with open(asked, "w") as handle:
                json.dump(queries, handle)
            env = {**os.environ, "RETRIEVAL_TREE": self.tree, "RETRIEVAL_QUERIES": asked, "RETRIEVAL_OUT": answered,
                   "RETRIEVAL_HISTORY": "1" if self.history else "0"}
            subprocess.run(["dotnet", os.path.join(root, "artifacts/bin/AutoBuild.Benchmarks/release/AutoBuild.Benchmarks.dll"), "retrieval"],
                           check=True, env=env, stdout=subprocess.DEVNULL)
            with open(answered) as handle:
                return json.load(handle)


class CommandSystem:
    def __init__(self, tree, candidates, command, timeout):
        self.tree, self.command, self.timeout = tree, command, timeout

    def index(self):
        pass

    def search(self, query):
        out = subprocess.run(self.command, shell=True, cwd=self.tree, input=query.encode(), stdout=subprocess.PIPE,
                             timeout=self.timeout)
        return out.stdout.decode("utf-8", "replace").splitlines()


class HttpSystem:
    """The service's own API. Field names are options, so that an API change needs no change here."""

    def __init__(self, tree, candidates, url, options):
        self.tree, self.url, self.o = os.path.abspath(tree), url.rstrip("/"), options

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        for header in self.o.http_header or []:
            name, _, value = header.partition(":")
            headers[name.strip()] = value.strip()
        request = urllib.request.Request(self.url + path, method=method, headers=headers,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=self.o.timeout) as response:
            return json.loads(response.read().decode() or "{}")

    def index(self):
        body = json.loads(self.o.http_extra or "{}")
        body[self.o.http_path_field] = self.tree
        answer = self.call("POST", self.o.http_index, body)
        self.project = answer.get(self.o.http_project_field) or answer.get("id")
        deadline = time.time() + self.o.index_timeout
        while self.o.http_status and time.time() < deadline:
            state = self.call("GET", self.o.http_status.replace("{project_id}", str(self.project)))
            word = str(state.get("status") or state.get("state") or "").lower()
            if word in ("completed", "complete", "done", "indexed", "ready", "succeeded"):
                return
            if word in ("failed", "error"):
                raise RuntimeError(f"indexing failed: {state}")
            time.sleep(0.2)

    def search(self, query):
        answer = self.call("POST", self.o.http_search, {
            self.o.http_project_field: self.project, self.o.http_query_field: query,
            self.o.http_max_field: self.o.max_results})
        rows = answer if isinstance(answer, list) else next(
            (answer[k] for k in ("results", "chunks", "items", "matches", "data") if isinstance(answer.get(k), list)), [])
        paths = []
        for row in rows:
            path = next((row[k] for k in ("file_path", "filePath", "path", "file") if row.get(k)), "")
            paths.append(os.path.relpath(path, self.tree) if os.path.isabs(path) else path)
        return paths


def make_system(name, tree, candidates, options):
    if name in ("rg", "rg-idf"):
        return RipgrepSystem(tree, candidates, idf=name == "rg-idf")
    if name in ("bm25", "bm25-code"):
        return Bm25System(tree, candidates, code=name == "bm25-code")
    if name == "fts5":
        return Fts5System(tree, candidates)
    if name in ("ours", "ours:nohistory"):
        return OursSystem(tree, candidates, history=name == "ours")
    if name == "random":
        return RandomSystem(tree, candidates)
    if name.startswith("cmd:"):
        return CommandSystem(tree, candidates, name[4:], options.timeout)
    if name.startswith("http:"):
        url = name if name.startswith(("http://", "https://")) else name[5:]
        return HttpSystem(tree, candidates, url, options)
    raise SystemExit(f"unknown system {name!r}")


def run_system(bench: dict, tree: str, name: str, options) -> dict:
    candidates = [p for p in tree_files(tree, "HEAD") if os.path.exists(os.path.join(tree, p))]
    candidate_set = set(candidates)
    system = make_system(name, tree, candidates, options)
    size = sum(os.path.getsize(os.path.join(tree, p)) for p in candidates if os.path.exists(os.path.join(tree, p)))
    start = time.perf_counter()
    system.index()
    index_seconds = time.perf_counter() - start
    rows, times, failures = {"plain": [], "hard": []}, [], 0
    if hasattr(system, "answer_all"):
        answer = system.answer_all([query[variant] for query in bench["queries"] for variant in ("plain", "hard")])
        index_seconds, times = answer["index_seconds"], [one["ms"] / 1000 for one in answer["answers"]]
        rankings = iter([row["path"] for row in one["results"]] for one in answer["answers"])
        for query in bench["queries"]:
            for variant in ("plain", "hard"):
                rows[variant].append({"id": query["id"], **score_query(next(rankings), query, candidate_set)})
    for query in bench["queries"] if not times else ():
        for variant in ("plain", "hard"):
            start = time.perf_counter()
            try:
                ranking = system.search(query[variant])
            except (OSError, urllib.error.URLError, subprocess.SubprocessError, ValueError) as error:
                failures += 1
                print(f"query {query['id']}: {error}", file=sys.stderr)
                ranking = []
            times.append(time.perf_counter() - start)
            rows[variant].append({"id": query["id"], **score_query(ranking, query, candidate_set)})
    times.sort()
    return {"format": 1, "system": name, "repository": bench["repository"], "snapshot": bench["snapshot"],
            "candidates": len(candidates), "megabytes": round(size / 1e6, 1), "index_seconds": round(index_seconds, 2),
            "query_ms_p50": round(1000 * times[len(times) // 2], 2),
            "query_ms_p95": round(1000 * times[int(len(times) * 0.95)], 2), "failures": failures,
            "means": {v: {g: mean_scores(rows[v], g) for g in ("all", "impl")} for v in rows}, "rows": rows}
