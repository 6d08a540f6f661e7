"""Packs of merge cases: made from the merge commits of a repository, read again."""
import collections, hashlib, json, os, re, shutil, subprocess, tempfile, time

LANG = {}
for _lang, _exts in {
    "csharp": "cs", "typescript": "ts tsx mts cts", "javascript": "js jsx mjs cjs",
    "python": "py pyi", "go": "go", "java": "java", "kotlin": "kt kts", "rust": "rs",
    "c/c++": "c h cc cpp hpp cxx", "json": "json", "yaml": "yml yaml", "toml": "toml",
    "xml": "xml csproj props targets resx axaml xaml config nuspec", "markdown": "md rst mdx",
    "css": "css scss less", "html": "html htm vue", "shell": "sh bash",
}.items():
    for _e in _exts.split():
        LANG[_e] = _lang
LOCKFILES = {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
             "Cargo.lock", "go.sum", "poetry.lock", "uv.lock", "packages.lock.json"}
MARKER = re.compile(rb"^(<{7}|>{7}|\|{7})( |$|\r)", re.M)


def lang_of(path):
    name = path.rsplit("/", 1)[-1]
    if name in LOCKFILES:
        return None
    return LANG.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None


class Git:
    """Read-only access to GIT_DIR; new objects go to a private directory."""

    def __init__(self, git_dir):
        git_dir = os.path.abspath(git_dir)
        if os.path.isdir(os.path.join(git_dir, ".git")):
            git_dir = os.path.join(git_dir, ".git")
        self.tmp = tempfile.mkdtemp(prefix="merge-replay-")
        os.makedirs(os.path.join(self.tmp, "objects"))
        self.env = dict(os.environ, GIT_DIR=git_dir, LC_ALL="C", GIT_NO_LAZY_FETCH="1",
                        GIT_OBJECT_DIRECTORY=os.path.join(self.tmp, "objects"),
                        GIT_ALTERNATE_OBJECT_DIRECTORIES=os.path.join(git_dir, "objects"))
        self.cat = None

    def close(self):
        if self.cat:
            self.cat.stdin.close()
            self.cat.wait()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def run(self, *args):
        return subprocess.run(["git", *args], env=self.env, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def obj(self, spec):
        """(oid, type, bytes) of an object, or None; spec must not hold newlines."""
        if not self.cat:
            self.cat = subprocess.Popen(["git", "cat-file", "--batch"], env=self.env,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.cat.stdin.write(spec.encode("utf-8", "surrogateescape") + b"\n")
        self.cat.stdin.flush()
        head = self.cat.stdout.readline().rstrip(b"\n")
        if head.endswith((b" missing", b" ambiguous")) or len(head.split(b" ")) != 3:
            return None
        oid, typ, size = head.split(b" ")
        data = self.cat.stdout.read(int(size))
        self.cat.stdout.read(1)
        return oid.decode(), typ.decode(), data

    def merge_trees(self, pairs):
        """Replay merges in one process. Yields, per pair, None (git failed) or
        (clean, {path: {stage: (mode, oid)}}, [(paths, type)])."""
        p = subprocess.run(["git", "merge-tree", "--write-tree", "-z", "--messages", "--stdin"], env=self.env,
                           input="".join(f"{a} {b}\n" for a, b in pairs).encode(),
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        fields, pos, n = p.stdout.split(b"\0"), 0, 0
        try:
            while n < len(pairs) and pos < len(fields) - 1:
                clean, pos = fields[pos] == b"1", pos + 2            # status, tree id
                stages, messages = collections.defaultdict(dict), []
                while fields[pos]:
                    meta, path = fields[pos].split(b"\t", 1)
                    mode, oid, stage = meta.split(b" ")
                    stages[path.decode("utf-8", "surrogateescape")][int(stage)] = (mode.decode(), oid.decode())
                    pos += 1
                pos += 1
                while pos < len(fields) and fields[pos]:
                    k = int(fields[pos])
                    paths = [f.decode("utf-8", "surrogateescape") for f in fields[pos + 1: pos + 1 + k]]
                    messages.append((paths, fields[pos + 1 + k].decode()))
                    pos += k + 3                                     # count, paths, type, free text
                pos += 1
                n += 1
                yield clean, stages, messages
        except (IndexError, ValueError):
            pass
        if n < len(pairs):                                           # git died on merge n: skip it
            yield None
            if pairs[n + 1:]:
                yield from self.merge_trees(pairs[n + 1:])


def extract(a):
    git = Git(a.git_dir)
    os.makedirs(os.path.join(a.out, "blobs"), exist_ok=True)
    args = ["rev-list", "--merges", "--min-parents=2", "--max-parents=2", "--parents"]
    merges = [l.split() for l in git.run(*args, "--all" if a.refs == "all" else "HEAD").decode().split("\n") if l]
    key = lambda s: hashlib.sha1(f"{a.seed}:{s}".encode()).hexdigest()
    merges.sort(key=lambda m: key(m[0]))
    stats = collections.Counter(merges_total=len(merges))
    per_lang, index, seen, ncontrol, t0 = collections.Counter(), [], set(), 0, time.time()

    def keep(data):
        oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        p = os.path.join(a.out, "blobs", oid)
        if not os.path.exists(p):
            with open(p, "wb") as f:
                f.write(data)
        return oid

    def text_ok(blobs):
        return all(0 < len(b) <= a.max_bytes and b"\0" not in b[:8000] and not MARKER.search(b) for b in blobs)

    def add(kind, path, m, blobs):
        lang = lang_of(path)
        if not lang:
            stats["skip_language"] += 1
            return False
        if not text_ok(blobs):
            stats["skip_not_text_or_size_or_markers"] += 1
            return False
        trip = tuple(hashlib.sha1(b).hexdigest() for b in blobs[:3])
        if trip in seen or (trip[0], trip[2], trip[1]) in seen:
            stats["skip_duplicate"] += 1
            return False
        seen.add(trip)
        ids = [keep(b) for b in blobs]
        index.append(dict(id=f"{a.name}-{m[:10]}-{len(index)}", repo=a.name, kind=kind, merge=m, path=path,
                          lang=lang, base=ids[0], ours=ids[1], theirs=ids[2], human=ids[3]))
        return True

    try:
        nconf = 0
        todo = merges[: a.max_merges]
        batches = [todo[i: i + 50] for i in range(0, len(todo), 50)]
        for (m, p1, p2), res in ((m, r) for b in batches for m, r in zip(b, git.merge_trees([x[1:] for x in b]))):
            if nconf >= a.max_cases or (a.max_seconds and time.time() - t0 > a.max_seconds):
                break
            if res is None:
                stats["merge_tree_failed"] += 1
                continue
            clean, stages, messages = res
            stats["merges_replayed"] += 1
            stats["merges_conflicted"] += not clean
            here = 0
            for path, st in sorted(stages.items(), key=lambda kv: key(kv[0])):
                if "\n" in path:
                    continue
                shape = "".join(str(s) for s in sorted(st))
                stats[{"123": "files_content_conflict", "23": "files_add_add", "12": "files_theirs_deleted",
                       "13": "files_ours_deleted"}.get(shape, "files_other_conflict")] += 1
                if shape != "123" or any(not mode.startswith("100") for mode, _ in st.values()):
                    continue
                if len({o for _, o in st.values()}) < 3:
                    continue
                human = git.obj(f"{m}:{path}")
                if not human or human[1] != "blob":
                    stats["files_human_deleted_or_moved"] += 1
                    continue
                blobs = [git.obj(st[s][1])[2] for s in (1, 2, 3)] + [human[2]]
                if nconf < a.max_cases and here < a.max_per_merge and add("conflict", path, m, blobs):
                    nconf, here = nconf + 1, here + 1
                    per_lang[lang_of(path)] += 1
            if ncontrol < a.max_control:
                auto = [p[0] for p, k in messages if k == "Auto-merging" and p and p[0] not in stages and "\n" not in p[0]]
                if auto:
                    bases = git.run("merge-base", "--all", p1, p2).decode().split()
                    if len(bases) == 1:
                        for path in sorted(auto, key=key)[:2]:
                            vs = [git.obj(f"{c}:{path}") for c in (bases[0], p1, p2, m)]
                            if all(v and v[1] == "blob" for v in vs) and len({v[0] for v in vs[:3]}) == 3:
                                ncontrol += add("control", path, m, [v[2] for v in vs])
    finally:
        git.close()
    stats.update(cases_conflict=nconf, cases_control=ncontrol)
    with open(os.path.join(a.out, "index.jsonl"), "w") as f:
        f.writelines(json.dumps(c) + "\n" for c in index)
    with open(os.path.join(a.out, "stats.json"), "w") as f:
        json.dump(dict(repo=a.name, seed=a.seed, refs=a.refs, seconds=round(time.time() - t0, 1), **stats,
                       conflict_cases_by_language=dict(per_lang)), f, indent=1)
    print(f"{a.name:24} merges {stats['merges_replayed']}/{stats['merges_total']} conflicted {stats['merges_conflicted']}"
          f" cases {nconf} control {ncontrol} {dict(per_lang)} {time.time()-t0:.0f}s", flush=True)


def load(packs, seed, max_cases, only):
    cases = []
    for p in packs:
        own = []
        with open(os.path.join(p, "index.jsonl")) as f:
            for l in f:
                c = json.loads(l)
                if only in (None, c["kind"]):
                    c["pack"] = p
                    own.append(c)
        own.sort(key=lambda c: hashlib.sha1(f"{seed}:{c['id']}".encode()).hexdigest())
        for kind in ("conflict", "control"):
            cases += [c for c in own if c["kind"] == kind][: max_cases or None]
    return cases


def blob(c, which):
    with open(os.path.join(c["pack"], "blobs", c[which]), "rb") as f:
        return f.read()
