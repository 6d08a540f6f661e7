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
import hashlib
import json
import math
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

# --------------------------------------------------------------------------------------
# What counts as source, as a test, as noise

SOURCE_EXTENSIONS = frozenset("""
.c .h .cc .cpp .cxx .hpp .hh .m .mm .cs .csx .fs .vb .razor .cshtml .xaml .go .py .pyi .pyx
.js .jsx .mjs .cjs .ts .tsx .mts .cts .vue .svelte .java .kt .kts .scala .groovy .rs .rb .php
.swift .dart .lua .pl .pm .sh .bash .ps1 .sql .proto .ex .exs .erl .hs .ml .clj .zig .tt
""".split())
MAX_FILE_BYTES = 1_000_000
TEST_RE = re.compile(
    r"(^|/)(tests?|testing|spec|specs|__tests__|testdata|test-?suite|testsuite|fixtures|e2e|playground|test-fixtures|src/(test|jmh)|"
    r"[^/]*[._-]tests?|[^/]*\.(Tests?|FunctionalTests|UnitTests|IntegrationTests|Specification\.Tests))(/|$)"
    r"|(^|/)(test_[^/]*|conftest\.py|[^/]*(_test|_tests|\.test|\.spec|_spec|Tests?|IT|TestBase))\.[A-Za-z]+$")
VENDOR_RE = re.compile(r"(^|/)(vendor|node_modules|third_party|thirdparty|dist|bundled|generated)/|\.min\.js$|\.pb\.go$|\.designer\.cs$|\.g\.cs$", re.I)
DULL_SUBJECT_RE = re.compile(
    r"^(\[[^\]]*\]\s*)?(merge\b|revert\b|bump\b|release\b|prepare\b.*\b(release|version)|version\b|v?\d+\.\d+|"
    r"(chore|build|ci|style|docs?|release)(\([^)]*\))?!?:|update (dependenc|.* (action|digest|to v?\d))|"
    r"(fix|feat)\(deps?[^)]*\)|upgrade (to )?[\w./@-]+ (from|to)\b|.*\b(dependabot|renovate|crowdin|weblate|"
    r"translated using|pre-commit autoupdate|darc|source code updates)|update changelog|changelog|"
    r"(run |apply )?(gofmt|rustfmt|prettier|clippy|black|format(ting)?|lint)\b|.*\b(typo|typos|whitespace|formatting|"
    r"copyright|licen[cs]e header|code cleanup|polish(ing)?|rename)\b)", re.I)
TRAILER_RE = re.compile(
    r"^\s*(?:(?:[A-Z][A-Za-z-]*-(?:by|on)|Change-Id|Cc|PR-URL|Refs?|Link|Backports?|Translation|Translate-URL|git-svn-id|"
    r"Closes|Fixes|Resolves|See|Issue|Bug)\s*:.*|(?:closes|fixes|fixed|resolves|see|see also|refs?|issue|part of|related to)\s+"
    r"(?:\[?#|gh-|https?:)\S*\]?.*|-{3,}.*|\*{3,}.*)$", re.I)
STOP = frozenset("""a about above after again all also am an and any are as at be because been before being
below between both but by can cannot could did do does doing done down during each even every few for from further
get gets got had has have having he her here him his how however i if in instead into is it its itself just let like
make makes made many may me might more most much must my need needs no nor not now of off on once one only or other
our out over own per same she should since so some still such than that the their them then there these they this
those through to too under until up use used uses using very via want was way we were what when where which while who
whole why will with within without would yet you your fix fixes fixed fixing add adds added adding support allow
remove removes removed update updates updated improve improves change changes changed new ensure avoid implement
refactor""".split())


def is_source(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in SOURCE_EXTENSIONS and not VENDOR_RE.search(path)


def is_test(path: str) -> bool:
    return bool(TEST_RE.search(path))


# --------------------------------------------------------------------------------------
# git

def git(repo: str, *args: str, binary: bool = False, data: bytes | None = None):
    out = subprocess.run(["git", "-C", repo, "-c", "core.quotepath=off", *args], input=data,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if out.returncode:
        raise RuntimeError(f"git {' '.join(args[:3])}: {out.stderr.decode(errors='replace').strip()}")
    return out.stdout if binary else out.stdout.decode("utf-8", "replace")


def log_commits(repo: str, revision: str, limit: int | None = None) -> list[dict]:
    """Non-merge commits, newest first: {sha, time, message, changes: [(status, old, new)]}."""
    # Only exact renames are looked for: finding others reads every file, slow and not always possible.
    args = ["log", "--no-merges", "-M100%", "--name-status", "-z", "--format=%x01%H%x02%ct%x02%B%x03"]
    if limit:
        args.append(f"-{limit}")
    raw = git(repo, *args, revision)
    commits = []
    for part in raw.split("\x01")[1:]:
        head, _, tail = part.partition("\x03")
        sha, ctime, message = head.split("\x02", 2)
        fields = [f for f in tail.replace("\n", "\0").split("\0") if f]
        changes, i = [], 0
        while i < len(fields):
            status = fields[i]
            if status[:1] in "RC" and i + 2 < len(fields):
                changes.append((status, fields[i + 1], fields[i + 2]))
                i += 3
            elif i + 1 < len(fields):
                changes.append((status, fields[i + 1], fields[i + 1]))
                i += 2
            else:
                break
        commits.append({"sha": sha, "time": int(ctime), "message": message.strip(), "changes": changes})
    return commits


def tree_files(repo: str, revision: str) -> list[str]:
    """Candidate files of a revision: regular source files of an indexable size."""
    paths = []
    for row in git(repo, "ls-tree", "-r", "-l", "-z", revision).split("\0"):
        if not row:
            continue
        meta, _, path = row.partition("\t")
        mode, kind, _sha, size = meta.split()
        if kind == "blob" and mode != "120000" and is_source(path) and size.isdigit() and int(size) <= MAX_FILE_BYTES:
            paths.append(path)
    return sorted(paths)


# --------------------------------------------------------------------------------------
# Queries

def clean_message(message: str, limit: int = 2000) -> str:
    lines = [line for line in message.replace("\r", "").split("\n") if not TRAILER_RE.match(line)]
    text = "\n".join(lines)
    text = re.sub(r"https?://\S+", " ", text)
    text = re.sub(r"\(?(?:GH-|gh-)?#\d+\)?|\bGH-\d+\b|\(cherry picked from[^)]*\)|\b[0-9a-f]{12,40}\b", " ", text)
    text = re.sub(r"\b(closes|fixes|resolves|refs?|see)\b:?\s*(?=[\n.,;)]|$)", " ", text, flags=re.I)
    text = re.sub(r"[ \t]+", " ", text)
    text = re.sub(r" ?\n\s*\n+", "\n\n", text).strip()
    return text[:limit]


def squash(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def harden(text: str, gold: list[str]) -> str:
    """Take out what names the gold files outright."""
    stems = {squash(re.sub(r"(_test|_tests|\.test|\.spec)$", "", os.path.splitext(os.path.basename(p))[0])) for p in gold}
    stems |= {squash(os.path.splitext(os.path.basename(p))[0]) for p in gold}
    stems = {s for s in stems if len(s) >= 3}
    folders = {squash(part) for p in gold for part in p.split("/")[:-1]} | stems
    match = re.match(r"^\s*(?:\[([^\]]+)\]|([A-Za-z]+)\(([^)]+)\)!?:|([\w./,*{} -]{2,40}?):)\s", text)
    if match:
        scope = next(g for g in (match.group(1), match.group(3), match.group(4)) if g)
        parts = [squash(s) for s in re.split(r"[/,\s]+", scope) if squash(s)]
        if any(p in folders for p in parts):
            text = text[match.end():]
    ext = "|".join(sorted((e[1:] for e in SOURCE_EXTENSIONS), key=len, reverse=True))
    text = re.sub(r"[\w.@~-]*(?:[/\\][\w.@~*-]+)+", lambda m: " " if re.search(r"\.\w+$|[/\\].*[/\\]", m.group()) else m.group(), text)
    text = re.sub(rf"\b[\w-]+(?:\.[\w-]+)*\.(?:{ext})\b", " ", text)
    text = re.sub(r"[A-Za-z_][\w-]*", lambda m: " " if squash(m.group()) in stems else m.group(), text)
    return re.sub(r"[ \t]+", " ", text).strip()


def substance(text: str) -> int:
    """How many words of the subject say something."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9_]+", text.split("\n", 1)[0])
    return len({w.lower() for w in words if w.lower() not in STOP})


def eligible(commit: dict, max_gold: int) -> list[str] | None:
    """Old paths of the modified source files, or None if the commit is no fair task."""
    subject = commit["message"].split("\n", 1)[0]
    if DULL_SUBJECT_RE.match(subject):
        return None
    if len(re.findall(r"[A-Za-z][\w-]*", subject)) < 4 or substance(clean_message(commit["message"])) < 3:
        return None
    if len(commit["changes"]) > 25:
        return None
    pure_renames = sum(1 for s, _, _ in commit["changes"] if s == "R100")
    if pure_renames > 2:
        return None
    gold = sorted({old for s, old, _ in commit["changes"] if s == "M" and is_source(old)})
    added = sum(1 for s, _, new in commit["changes"] if s == "A" and is_source(new))
    if not 1 <= len(gold) <= max_gold or added > 2 * len(gold) + 2:
        return None
    return gold


def make_benchmark(repo: str, head: str, count: int, seed: int, max_gold: int = 6, step: int = 20) -> dict:
    head = git(repo, "rev-parse", head + "^{commit}").strip()
    first_parent = git(repo, "rev-list", "--first-parent", "-6000", head).split()
    pool = {}
    for commit in log_commits(repo, head, limit=max(1500, count * 60)):
        gold = eligible(commit, max_gold)
        if gold:
            pool[commit["sha"]] = (commit, gold)
    chosen, snapshot = [], None
    for position in list(range(step, len(first_parent), step)):
        snapshot = first_parent[position]
        later = git(repo, "rev-list", "--no-merges", f"{snapshot}..{head}").split()
        if sum(1 for sha in later if sha in pool) < count:
            continue
        files = set(tree_files(repo, snapshot))
        seen_subjects = {squash(re.sub(r"\(#\d+\)", "", s)) for s in git(repo, "log", "--format=%s", snapshot).split("\n")}
        chosen, subjects = [], set()
        for sha in later:
            if sha not in pool:
                continue
            commit, gold = pool[sha]
            subject = squash(re.sub(r"\(#\d+\)", "", commit["message"].split("\n", 1)[0]))
            gold = [g for g in gold if g in files]
            if gold and subject not in seen_subjects and subject not in subjects and any(not is_test(g) for g in gold):
                subjects.add(subject)
                chosen.append((commit, gold))
        if len(chosen) >= count:
            break
    order = sorted(chosen, key=lambda cg: hashlib.sha256(f"{seed}:{cg[0]['sha']}".encode()).hexdigest())[:count]
    queries = []
    for commit, gold in sorted(order, key=lambda cg: -cg[0]["time"]):
        plain = clean_message(commit["message"])
        queries.append({"id": commit["sha"][:12], "plain": plain, "hard": harden(plain, gold), "gold": gold,
                        "impl": [g for g in gold if not is_test(g)]})
    return {"format": 1, "repository": os.path.basename(repo.rstrip("/")), "head": head, "snapshot": snapshot,
            "seed": seed, "candidates": len(tree_files(repo, snapshot)), "queries": queries}


def lay_out(repo: str, snapshot: str, dest: str) -> None:
    """A work tree at the snapshot whose history ends there: no branch or tag is later.

    Normally no later object is copied either.  Where the repository lacks some object (a partial
    copy), objects are borrowed from it instead, and files that cannot be read are left out.
    """
    os.makedirs(dest, exist_ok=True)
    source = os.path.abspath(repo)
    subprocess.run(["git", "init", "-q", "-b", "main", dest], check=True)
    fetched = subprocess.run(["git", "-C", dest, "fetch", "-q", "--no-tags", "--update-head-ok",
                              "--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack",
                              source, f"{snapshot}:refs/heads/main"], stderr=subprocess.PIPE)
    if fetched.returncode:
        objects = git(source, "rev-parse", "--git-path", "objects").strip()
        with open(os.path.join(dest, ".git", "objects", "info", "alternates"), "w") as handle:
            handle.write(os.path.join(source, objects) + "\n")
        git(dest, "update-ref", "refs/heads/main", snapshot)
    subprocess.run(["git", "-C", dest, "checkout", "-q", "-f", "main", "--", "."], stderr=subprocess.PIPE)
    paths = tree_files(dest, "HEAD")
    there = sum(os.path.exists(os.path.join(dest, p)) for p in paths)
    if there < 0.99 * len(paths):
        raise RuntimeError(f"only {there} of {len(paths)} source files could be laid out")


# --------------------------------------------------------------------------------------
# Scores

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


# --------------------------------------------------------------------------------------
# Tokens

WORD_RE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PART_RE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
DEFINITION_RE = re.compile(
    r"\b(?:class|struct|interface|enum|trait|record|type|def|fn|func|function|macro_rules!|mod|module|namespace|impl|const|"
    r"delegate|object|protocol|extension)\s+(?:\([^)]*\)\s*)?([A-Za-z_][A-Za-z0-9_]*)"
    r"|^\s*(?:(?:public|private|protected|internal|static|async|override|virtual|sealed|abstract|final|export|default|readonly|"
    r"synchronized|partial|extern|unsafe|new)\s+)+[\w<>\[\],.?: ]*?\b([A-Za-z_][A-Za-z0-9_]*)\s*(?:<[^>(]*>)?\s*[({]", re.M)


def stem(word: str) -> str:
    """A light stemmer: plurals, -ing, -ed, -er(s), -ion; never below four letters."""
    if len(word) > 4:
        for suffix, put in (("ies", "y"), ("sses", "ss"), ("ization", "ize"), ("ations", "ate"), ("ation", "ate"), ("ings", ""), ("ing", ""),
                            ("edly", ""), ("ed", ""), ("ers", ""), ("er", ""), ("ions", ""), ("ion", ""), ("es", ""), ("s", "")):
            if word.endswith(suffix) and len(word) - len(suffix) + len(put) >= 4 and not word.endswith("ss"):
                word = word[: len(word) - len(suffix)] + put
                break
        if len(word) > 4 and word[-1] == "e":
            word = word[:-1]
        if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
            word = word[:-1]
    return word


_split_cache: dict[str, tuple[str, ...]] = {}


def split_identifier(word: str) -> tuple[str, ...]:
    """getHTTPResponse2 -> gethttpresponse2, get, http, response, 2 (stemmed); a plain word -> its stem."""
    found = _split_cache.get(word)
    if found is None:
        parts = [stem(p.lower()) for p in PART_RE.findall(word)]
        parts = [p for p in parts if len(p) > 1 or p.isdigit()]
        found = tuple(parts) if len(parts) <= 1 else (squash(word), *parts)
        if len(_split_cache) < 2_000_000:
            _split_cache[word] = found
    return found


def naive_tokens(text: str) -> list[str]:
    return [w.lower() for w in WORD_RE.findall(text)]


def code_tokens(text: str) -> list[str]:
    out: list[str] = []
    for word in WORD_RE.findall(text):
        out.extend(split_identifier(word))
    return out


def query_code_tokens(text: str) -> list[str]:
    out: list[str] = []
    for word in WORD_RE.findall(text):
        if word.lower() not in STOP:
            out.extend(split_identifier(word))
    return out


def definitions(text: str) -> list[str]:
    return [a or b for a, b in DEFINITION_RE.findall(text)]


def read_text(root: str, path: str) -> str:
    try:
        with open(os.path.join(root, path), "rb") as handle:
            raw = handle.read(MAX_FILE_BYTES)
    except OSError:
        return ""
    return "" if b"\0" in raw[:4096] else raw.decode("utf-8", "replace")


# --------------------------------------------------------------------------------------
# Systems under test: each has .index() and .search(query) -> ranked paths

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


# --------------------------------------------------------------------------------------
# Command line

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
