#!/usr/bin/env python3
"""Scores merges of real conflicts against what people made of them. Python 3.11+ and git 2.38+, nothing else.

  judge.py extract GIT_DIR --name NAME --out PACK     makes a pack of cases from a repository's merge commits
  judge.py measure PACK...                            everything: runs the engine in process, scores it, and wiggle and git merge-file beside it
  judge.py engine PACK... [--keep DIR]                the engine alone: runs the benchmark `merge` and scores files, chunks, rules and tiers
  judge.py run PACK... --cmd 'CMD'                    any command: CMD base ours theirs path, merged file on stdout, exit 0 clean, 1 open
  judge.py show PACK... --rule RULE [--kind KIND]     cases of one rule with base, ours, theirs, human and answer; KIND: differ (default), order, right, side

A pack is PACK/index.jsonl (a JSON object a case), PACK/blobs/<id>, PACK/stats.json, and labels.json, which is written on first use.

A merged file against the one that people committed:
  exact      byte-equal
  norm       equal after trimming trailing blanks, tabs->spaces, dropping blank lines and CR
  token      same token sequence (layout ignored)
  reorder    same multiset of non-blank lines, other order
  differ     anything else: a possible false merge. "Real differ" leaves out the files where people dropped one side in every chunk.
  abstain    chunks are open; crash: broken off, timed out, or markers without saying so
right = exact + norm + token; score = right % - 3 x real differ %. Chunks are compared in the same way, in files where people took no side whole.
"""
import argparse, concurrent.futures as cf, json, os, re, shlex, subprocess, tempfile, time

from labels import human_of, labels, lines, save
from packs import MARKER, blob, extract, load
from truth import compare, norm, well_formed
import tables

BENCHMARKS = os.environ.get("MERGE_BENCHMARKS") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../artifacts/bin/AutoBuild.Benchmarks/release/AutoBuild.Benchmarks.dll")
BESIDE = {"git merge-file": 'git merge-file -p "$1" "$0" "$2" || exit 1', "wiggle": 'wiggle --merge "$1" "$0" "$2" || exit 1'}


def judged(c, facts, code, out, error=""):
    """One row: how a resolver's output compares with what people committed."""
    r = dict(id=c["id"], repo=c["repo"], kind=c["kind"], lang=c["lang"], path=c["path"], chunks=len(facts["chunks"]))
    r.update((k, facts[k]) for k in ("category", "human_took", "choices", "git_result") if k in facts)
    if code == 0 and not MARKER.search(out):
        r["result"] = compare(out, blob(c, "human"))
        if r["result"] not in tables.RIGHT:
            r["well_formed"] = well_formed(out, c["lang"]) if facts["human_well_formed"] else None
    elif code == 1:
        r["result"] = "abstain"
        r["chunks_left"] = len(re.findall(rb"^<{7}( |$)", out, re.M)) or r["chunks"]
    else:
        r["result"], r["error"] = "crash", f"code {code} {error[-200:]}"
    return r


def command(c, cmd, timeout):
    """(code, output, error, ms) of a command on a case."""
    with tempfile.TemporaryDirectory(prefix="judge-") as tmp:
        names = []
        for w in ("base", "ours", "theirs"):
            names.append(os.path.join(tmp, w + "." + c["path"].rsplit(".", 1)[-1]))
            with open(names[-1], "wb") as f:
                f.write(blob(c, w))
        start = time.perf_counter()
        try:
            p = subprocess.run([*cmd, *names, c["path"]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
            code, out, err = p.returncode, p.stdout, p.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, out, err = -1, b"", "timeout"
        return code, out, err, (time.perf_counter() - start) * 1000


def run_command(cases, facts, cmd, timeout, jobs):
    def one(c):
        code, out, err, ms = command(c, cmd, timeout)
        return dict(judged(c, facts[c["id"]], code, out, err), ms=ms)
    with cf.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, cases))


def run_engine(packs, folder):
    """{case id: result} of the engine in process; the merged files lie in folder/merged."""
    env = dict(os.environ, MERGE_PACKS=":".join(os.path.abspath(p) for p in packs), MERGE_OUT=folder)
    out = subprocess.run(["dotnet", BENCHMARKS, "merge"], env=env, check=True, stdout=subprocess.PIPE).stdout.decode()
    with open(os.path.join(folder, "results.jsonl")) as f:
        return {r["id"]: r for r in map(json.loads, f)}, out


def score_engine(cases, facts, found, folder):
    rows = []
    for c in cases:
        with open(os.path.join(folder, "merged", c["id"]), "rb") as f:
            rows.append(judged(c, facts[c["id"]], 0 if found[c["id"]]["clean"] else 1, f.read()))
        rows[-1]["ms"] = found[c["id"]]["ms"]
    return rows


def score_chunks(cases, facts, found, rows, extra):
    """One row for each chunk of the engine in a conflicted file: rule, tier, and how the answer compares with the human's text."""
    result = []
    for c, row in zip(cases, rows):
        if c["kind"] != "conflict" or not (chunks := found[c["id"]]["chunks"]):
            continue
        merged = facts[c["id"]]["human_took"] == "merge"
        human = human_of(c, chunks, facts[c["id"]], extra) if merged else [None] * len(chunks)
        for i, (chunk, h) in enumerate(zip(chunks, human)):
            result.append(dict(case=c, index=i, merged=merged, human=h, row=row, verdict=verdict(c, chunk, h, row), **chunk))
    return result


def verdict(c, chunk, human, row):
    if chunk["answer"] is None:
        return "open"
    if row["result"] in tables.RIGHT:
        return "right"
    if human is None:
        return "unclear"
    answer = chunk["answer"].encode("utf-8" if all(map(is_utf8, (blob(c, w) for w in ("base", "ours", "theirs")))) else "latin-1", "replace")
    wanted = human.encode("latin-1")
    how = compare(answer.removesuffix(b"\n"), wanted)
    if how in tables.RIGHT:
        return "right"
    if how == "reorder":
        return "order"
    plain = lambda which: norm(b"\n".join(lines(blob(c, which))[chunk[which][0]:chunk[which][0] + chunk[which][1]]))
    return "side" if norm(wanted) in (plain("ours"), plain("theirs"), plain("base")) else "differ"


def is_utf8(data):
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        return False


def engine(a, cases=None, facts=None):
    cases = cases or load(a.packs, a.seed, a.max_cases, None)
    facts = facts or labels(cases)
    with tempfile.TemporaryDirectory(prefix="judge-") as tmp:
        folder = a.keep or tmp
        os.makedirs(folder, exist_ok=True)
        found, printed = run_engine(a.packs, folder)
        rows = score_engine(cases, facts, found, folder)
        extra_path = os.path.join(a.packs[0], "aligned.json")
        extra = {}
        if os.path.exists(extra_path):
            with open(extra_path) as f:
                extra = json.load(f)
        chunks = score_chunks(cases, facts, found, rows, extra)
        save(extra_path, extra)
        return rows, chunks, printed


def write_engine(a):
    rows, chunks, printed = engine(a)
    tables.files(rows, not a.brief)
    tables.rules(chunks)
    print("\n" + printed.strip())


def write_run(a):
    cases = load(a.packs, a.seed, a.max_cases, None)
    tables.files(run_command(cases, labels(cases), shlex.split(a.cmd), a.timeout, a.jobs), not a.brief)


def measure(a):
    cases = load(a.packs, a.seed, a.max_cases, None)
    facts = labels(cases)
    rows, chunks, printed = engine(a, cases, facts)
    tables.files(rows, not a.brief)
    tables.rules(chunks)
    print("\n" + printed.strip() + "\n")
    beside = {name: run_command(cases, facts, ["sh", "-c", cmd], a.timeout, a.jobs) for name, cmd in BESIDE.items()}
    tables.beside({"autobuild merge-file": rows, **beside})


def show(a):
    a.keep = None
    rows, chunks, _ = engine(a)
    wanted = [ch for ch in chunks if re.fullmatch(a.rule, ch["rule"]) and (ch["verdict"] == a.kind or a.kind == "all")]
    print(f"{len(wanted)} chunks")
    for ch in wanted[a.skip:a.skip + a.count]:
        c = ch["case"]
        print(f"\n{'=' * 100}\n{c['id']}  {c['path']}  chunk {ch['index']}  {ch['rule']} tier {ch['tier']}  chunk {ch['verdict']}, file {ch['row']['result']}\n{ch['evidence']}")
        for which in ("base", "ours", "theirs"):
            print(f"--- {which} {ch[which]}")
            all_lines = lines(blob(c, which))
            first, end = ch[which][0], sum(ch[which])
            shown = all_lines[max(0, first - a.context):end + a.context]
            print(b"\n".join(shown).decode("utf-8", "replace"))
        print("--- human")
        print((ch["human"] or "(unclear)").encode("latin-1", "replace").decode("utf-8", "replace"))
        if ch["answer"] is not None:
            print(f"--- answer\n{ch['answer']}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sp = ap.add_subparsers(dest="what", required=True)
    e = sp.add_parser("extract")
    e.add_argument("git_dir")
    e.add_argument("--name", required=True)
    e.add_argument("--out", required=True)
    e.add_argument("--max-merges", type=int, default=3000)
    e.add_argument("--max-cases", type=int, default=400)
    e.add_argument("--max-per-merge", type=int, default=4, help="so that one huge merge cannot dominate")
    e.add_argument("--max-control", type=int, default=100)
    e.add_argument("--max-bytes", type=int, default=300_000)
    e.add_argument("--max-seconds", type=float, default=0, help="stop early (makes the pack depend on machine speed)")
    e.add_argument("--refs", choices=["all", "head"], default="all")
    e.add_argument("--seed", default="1")
    parsers = {name: sp.add_parser(name) for name in ("measure", "engine", "run", "show")}
    for p in parsers.values():
        p.add_argument("packs", nargs="+")
        p.add_argument("--max-cases", type=int, default=0, help="for each pack and kind")
        p.add_argument("--seed", default="1")
        p.add_argument("--timeout", type=float, default=20)
        p.add_argument("--jobs", type=int, default=2)
        p.add_argument("--brief", action="store_true", help="totals only")
        p.add_argument("--keep", help="folder for the merged files and results.jsonl")
    parsers["run"].add_argument("--cmd", required=True)
    parsers["show"].add_argument("--rule", default=".*", help="a regular expression over the whole name")
    parsers["show"].add_argument("--kind", default="differ", choices=["differ", "order", "right", "side", "open", "unclear", "all"])
    parsers["show"].add_argument("--count", type=int, default=10)
    parsers["show"].add_argument("--skip", type=int, default=0)
    parsers["show"].add_argument("--context", type=int, default=2)
    a = ap.parse_args()
    {"extract": extract, "run": write_run, "engine": write_engine, "measure": measure, "show": show}[a.what](a)


if __name__ == "__main__":
    main()
