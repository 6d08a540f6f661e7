"""Makes query sets out of a repository's history, and lays out the tree that they are asked of."""
from __future__ import annotations

import hashlib
import os
import re
import subprocess


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
