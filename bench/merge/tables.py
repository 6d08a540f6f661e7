"""The tables that the judge prints, in Markdown."""
import collections

ORDER = ["exact", "norm", "token", "reorder", "differ", "abstain", "crash"]
RIGHT = ("exact", "norm", "token")
SIDES = ("ours", "theirs", "base")


def really_differs(row):
    """Differs, and people kept something of both sides in some chunk."""
    return row["result"] == "differ" and not (row["choices"] and all(x in SIDES for x in row["choices"]))


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def summary(rows):
    n = collections.Counter(r["result"] for r in rows)
    right, real = sum(n[x] for x in RIGHT), sum(map(really_differs, rows))
    return n, right, real, 100 * (right - 3 * real) / max(1, len(rows))


def group(rows, key, title):
    groups = collections.defaultdict(list)
    for r in rows:
        groups[r[key]].append(r)
    print(f"\n| {title} | files | {' | '.join(ORDER)} | right % | real differ % | score |\n|{'---|' * (len(ORDER) + 5)}")
    for name, of in sorted(groups.items(), key=lambda kv: -len(kv[1])) + [("**all**", rows)]:
        n, right, real, score = summary(of)
        print(f"| {name} | {len(of)} | {' | '.join(str(n[o]) for o in ORDER)} | {percent(right, len(of))} | {percent(real, len(of))} | {score:+.1f} |")


def files(rows, detailed):
    conflicts, controls = [r for r in rows if r["kind"] == "conflict"], [r for r in rows if r["kind"] == "control"]
    for key, title in (("lang", "language"), ("category", "category"), ("repo", "repository")) if detailed else (("kind", "files"),):
        group(conflicts, key, title)
    total, left = sum(r["chunks"] for r in conflicts), sum(r.get("chunks_left", 0) for r in conflicts if r["result"] == "abstain")
    broken = [r for r in rows if r.get("well_formed") is False]
    changed, lost = regressions(controls)
    crashed = [r for r in rows if r["result"] == "crash"]
    print(f"\nChunks gone: {total - left} of {total} = {percent(total - left, total)} %. Malformed: {len(broken)}{ids(broken)}. Crashed: {len(crashed)}{ids(crashed)}. "
          f"Controls: {len(controls)}, changed {len(changed)}{ids(changed)}, left open {len(lost)}{ids(lost)}.")
    ms = sorted(r["ms"] for r in rows)
    if ms:
        print(f"Time of a case, ms: p50 {ms[len(ms) // 2]:.1f}, p95 {ms[int(.95 * (len(ms) - 1))]:.1f}, slowest {ms[-1]:.1f}.")


def ids(rows):
    return " (" + ", ".join(r["id"] for r in rows[:8]) + ")" if rows else ""


def regressions(controls):
    """Files that git alone merges as people did, and the resolver doesn't; and those it leaves open."""
    changed = [r for r in controls if r["git_result"] in ("exact", "norm") and r["result"] not in RIGHT]
    return changed, [r for r in controls if r["result"] in ("abstain", "crash")]


def rules(chunks):
    """Agreement by tier and by rule, of chunks in files where people took no side whole; share of all chunks."""
    for key, title in (("tier", "tier"), ("name", "rule")):
        groups = collections.defaultdict(list)
        for ch in chunks:
            groups[ch["tier"] if key == "tier" else f"{ch['rule']} ({ch['tier']})"].append(ch)
        print(f"\n| {title} | chunks | share % | judged | right | order | differ | took a side | unclear | right % | right or order % |\n|{'---|' * 11}")
        for name, of in sorted(groups.items(), key=lambda kv: (min(ch["tier"] for ch in kv[1]), -len(kv[1]))):
            n = collections.Counter(ch["verdict"] for ch in of if ch["merged"])
            judged = n["right"] + n["order"] + n["differ"] + n["side"]
            print(f"| {name} | {len(of)} | {percent(len(of), len(chunks))} | {judged} | {n['right']} | {n['order']} | {n['differ']} | {n['side']} | {n['unclear']} "
                  f"| {percent(n['right'], judged)} | {percent(n['right'] + n['order'], judged)} |")


def beside(resolvers):
    print("\n| resolver | files | right % | order % | differ % | real differ % | open % | score | chunks gone % | malformed | crashed | controls changed | p50 / p95 / slowest, ms |\n|" + "---|" * 13)
    for name, rows in resolvers.items():
        conflicts, controls = [r for r in rows if r["kind"] == "conflict"], [r for r in rows if r["kind"] == "control"]
        n, right, real, score = summary(conflicts)
        count, total = len(conflicts), sum(r["chunks"] for r in conflicts)
        left = sum(r.get("chunks_left", 0) for r in conflicts if r["result"] == "abstain")
        ms = sorted(r["ms"] for r in rows)
        print(f"| {name} | {count} | {percent(right, count)} | {percent(n['reorder'], count)} | {percent(n['differ'], count)} | {percent(real, count)} | {percent(n['abstain'], count)} "
              f"| {score:+.1f} | {percent(total - left, total)} | {sum(r.get('well_formed') is False for r in rows)} | {n['crash']} | {len(regressions(controls)[0])} "
              f"| {ms[len(ms) // 2]:.1f} / {ms[int(.95 * (len(ms) - 1))]:.1f} / {ms[-1]:.1f} |")
    print("\nThe engine's times are in process, the others' with the start of a process.")
