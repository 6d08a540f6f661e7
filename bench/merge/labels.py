"""What people did in each case and chunk, worked out once and kept beside the pack in labels.json."""
import concurrent.futures as cf, json, os, re, subprocess, tempfile

from packs import blob
from truth import classify, compare, diff3_chunks, human_choice, human_chunks, norm, well_formed

VERSION = 2


def text(lines):
    return None if lines is None else b"\n".join(lines).decode("latin-1")


def label(c):
    """The facts of one case that no resolver changes."""
    with tempfile.TemporaryDirectory(prefix="label-") as tmp:
        v = {w: blob(c, w) for w in ("base", "ours", "theirs", "human")}
        chunks, frame = diff3_chunks(v["base"], v["ours"], v["theirs"], tmp)
        r = dict(chunks=[[text(part) for part in ch] for ch in chunks])
        r["human_well_formed"] = well_formed(v["human"], c["lang"])
        if c["kind"] == "control":
            plain = subprocess.run(["git", "merge-file", "-p", *[os.path.join(tmp, x) for x in "obt"]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            r["git_result"] = compare(plain.stdout, v["human"]) if plain.returncode == 0 else "conflict"
            return r
        cats = [classify(ch, c["path"], c["lang"]) for ch in chunks]
        r["cats"] = cats
        r["category"] = cats[0] if len(set(cats)) == 1 else "mixed" if cats else "none(myers clean)"
        r["human_took"] = "ours" if norm(v["human"]) == norm(v["ours"]) else "theirs" if norm(v["human"]) == norm(v["theirs"]) else "merge"
        human = human_chunks(chunks, frame, v["human"], tmp)
        r["human"] = [text(h) for h in human]
        r["choices"] = ["unclear" if h is None else human_choice(ch, h) for ch, h in zip(chunks, human)]
        return r


def labels(cases):
    """{case id: facts} for the cases; computes what no earlier call has."""
    found = {}
    for pack in sorted({c["pack"] for c in cases}):
        path = os.path.join(pack, "labels.json")
        own = [c for c in cases if c["pack"] == pack]
        known = {}
        if os.path.exists(path):
            with open(path) as f:
                data = json.load(f)
            known = data["cases"] if data["version"] == VERSION else {}
        missing = [c for c in own if c["id"] not in known]
        if missing:
            with cf.ThreadPoolExecutor(2) as pool:
                known.update(zip([c["id"] for c in missing], pool.map(label, missing)))
            save(path, dict(version=VERSION, cases=known))
        found.update((c["id"], known[c["id"]]) for c in own)
    return found


def save(path, data):
    """Writes JSON in one step, so that two runs at a time don't spoil it."""
    new = f"{path}.{os.getpid()}"
    with open(new, "w") as f:
        json.dump(data, f)
    os.replace(new, path)


def lines(data):
    found = data.split(b"\n")
    return found[:-1] if found[-1] == b"" else found


def spans(chunk):
    return [(chunk[w][0], chunk[w][0] + chunk[w][1]) for w in ("base", "ours", "theirs")]


def human_of(c, chunks, facts, extra):
    """Per chunk of a resolver (line spans in the three versions) the human's text, or None where the alignment is unclear.

    Where the chunks are git's own, the labels know; else the places between them are merged and aligned with the human file.
    `extra` keeps what the second way found, by the spans.
    """
    v = [lines(blob(c, w)) for w in ("base", "ours", "theirs")]
    at = [spans(ch) for ch in chunks]
    own = [[text(v[k][s[k][0]:s[k][1]]) for k in (1, 0, 2)] for s in at]
    if own == facts["chunks"]:
        return facts["human"]
    key = json.dumps(at)
    kept = extra.setdefault(c["id"], {})
    if key not in kept:
        if len(kept) > 3:
            kept.clear()
        kept[key] = [text(h) for h in align(c, v, at)]
    return kept[key]


def align(c, v, at):
    frame, done = [], [0, 0, 0]
    with tempfile.TemporaryDirectory(prefix="align-") as tmp:
        for i, s in enumerate(at + [[(len(x), len(x)) for x in v]]):
            frame += between([v[k][done[k]:s[k][0]] for k in range(3)], tmp)
            if i < len(at):
                frame.append(b"@@CONFLICT-%d@@" % i)
            done = [s[k][1] for k in range(3)]
        return human_chunks(at, frame, blob(c, "human"), tmp)


def between(parts, tmp):
    base, ours, theirs = parts
    if base == theirs or ours == theirs:
        return ours
    if base == ours:
        return theirs
    names = []
    for name, part in (("o", ours), ("b", base), ("t", theirs)):
        names.append(os.path.join(tmp, name))
        with open(names[-1], "wb") as f:
            f.write(b"".join(l + b"\n" for l in part))
    out = subprocess.run(["git", "merge-file", "-p", "--union", *names], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return lines(out)
