"""What people made of a conflict, and how near a merge comes to it."""
import ast, json, os, re, subprocess, tomllib

TOKEN = re.compile(rb"[A-Za-z_0-9\x80-\xff]+|[^\sA-Za-z_0-9\x80-\xff]")


def norm(b):
    return [x for x in (l.rstrip().replace(b"\t", b"    ") for l in b.replace(b"\r", b"").split(b"\n")) if x]


def compare(got, want):
    if got == want:
        return "exact"
    g, w = norm(got), norm(want)
    if g == w:
        return "norm"
    if TOKEN.findall(got) == TOKEN.findall(want):
        return "token"
    if sorted(x.strip() for x in g) == sorted(x.strip() for x in w):
        return "reorder"
    return "differ"


STR = {"python": r"'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|#[^\n]*",
       "yaml": r"'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"|#[^\n]*", "rust":
       r"//[^\n]*|/\*[\s\S]*?\*/|r#+\"[\s\S]*?\"#+|\"(?:\\.|[^\"\\])*\"|'(?:\\.[^']*|[^'\\\n])'"}
STR_C = (r"//[^\n]*|/\*[\s\S]*?\*/|\$?@\$?\"(?:\"\"|[^\"])*\"|\"\"\"[\s\S]*?\"\"\"|`(?:\\.|[^`\\])*`"
         r"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")


def well_formed(data, lang):
    """True / False / None (unknown): does the file parse, or do its brackets balance?"""
    text = data.decode("utf-8", "replace")
    try:
        if lang == "python":
            ast.parse(text)
            return True
        if lang == "json":
            json.loads(text)
            return True
        if lang == "toml":
            tomllib.loads(text)
            return True
        if lang == "xml":
            import xml.dom.minidom
            xml.dom.minidom.parseString(data)
            return True
    except Exception:
        return False
    if lang in ("markdown", "yaml", "shell", "html"):
        return None
    stack, pair = [], {")": "(", "]": "[", "}": "{"}
    for ch in re.sub(STR.get(lang, STR_C), " ", text):
        if ch in "([{":
            stack.append(ch)
        elif ch in pair and (not stack or stack.pop() != pair[ch]):
            return False
    return not stack


def diff3_chunks(base, ours, theirs, tmp):
    """Chunks of `git merge-file --diff3` as [(prefix_lines_before, ours, base, theirs)], plus the frame."""
    names = []
    for n, d in (("o", ours), ("b", base), ("t", theirs)):
        p = os.path.join(tmp, n)
        with open(p, "wb") as f:
            f.write(d)
        names.append(p)
    out = subprocess.run(["git", "merge-file", "-p", "--diff3", "--marker-size=17", *names], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL).stdout
    chunks, frame, cur, part = [], [], None, None
    for l in out.split(b"\n"):
        if l.startswith(b"<" * 17):
            cur, part = ([], [], []), 0
        elif cur is not None and l.startswith(b"|" * 17):
            part = 1
        elif cur is not None and l.startswith(b"=" * 17):
            part = 2
        elif cur is not None and l.startswith(b">" * 17):
            frame.append(b"@@CONFLICT-%d@@" % len(chunks))
            chunks.append(cur)
            cur = None
        elif cur is not None:
            cur[part].append(l)
        else:
            frame.append(l)
    return chunks, frame


IMPORT = re.compile(rb"^\s*(import\b|from\s+\S+\s+import|(global\s+)?using\s+(static\s+)?[\w.=\s]+;|#\s*include|"
                    rb"(pub\s*(\([^)]*\)\s*)?)?use\s|(pub\s+)?mod\s+\w+;|(const|let|var)\s+.*=\s*require\(|export\s+.*\sfrom\s|"
                    rb"package\s|[\w{},\s*]+\s+from\s+['\"].*;?$|\}\s*from|(\w+\s+)?\"[\w./@-]+\"$|extern\s+crate)")
VERSION = re.compile(rb"\d+\.\d+")


def classify(ch, path, lang):
    ours, base, theirs = ch
    sq = lambda ls: b"".join(b"".join(l.split()) for l in ls)
    o, b, t = sq(ours), sq(base), sq(theirs)
    if o == b or t == b or o == t:
        return "whitespace"
    low = path.lower()
    if re.search(r"change(log|s)|release.?notes|history|news|whatsnew|contributors|authors", low):
        return "changelog/docs-list"
    lines = [l for l in ours + base + theirs if l.strip()]
    if lang not in ("json", "yaml", "xml", "markdown", "toml", "css", "html") and lines and \
            sum(bool(IMPORT.match(l)) for l in lines) >= 0.8 * len(lines):
        return "imports"
    if lang == "markdown":
        return "prose"
    dv = lambda ls: re.sub(rb"\d+(\.\d+)*([-+.]?(alpha|beta|rc|dev|snapshot|canary|next|pre)[\w.]*)?", b"#", sq(ls).lower())
    if b and VERSION.search(b) and dv(ours) == dv(base) == dv(theirs):
        return "version-number"
    if not b:
        return "both-add"
    if not o or not t:
        return "delete/modify"
    if o.startswith(b) and t.startswith(b) or o.endswith(b) and t.endswith(b):
        return "both-add"
    return "modify/modify"


def human_choice(ch, got):
    """How the human resolved one chunk: ours/theirs/base/both/mix/new."""
    sq = lambda ls: [b"".join(l.split()) for l in ls if l.strip()]
    o, b, t = map(sq, ch)
    g = sq(got)
    if g == o:
        return "ours"
    if g == t:
        return "theirs"
    if g == b:
        return "base"
    if g in (o + t, t + o):
        return "both-concat"
    pool = set(o) | set(t) | set(b)
    if all(x in pool for x in g):
        return "mix-of-lines"
    toks = set(TOKEN.findall(b"\n".join(sum(ch, []))))
    return "mix-of-tokens" if all(x in toks for x in TOKEN.findall(b"\n".join(got))) else "new-content"


def human_chunks(chunks, frame, human, tmp):
    """Align the frame with the human file; per chunk the human's lines or None when unclear."""
    fa, fb = os.path.join(tmp, "fa"), os.path.join(tmp, "fb")
    with open(fa, "wb") as f:
        f.write(b"\n".join(l.rstrip() for l in frame))
    with open(fb, "wb") as f:
        f.write(b"\n".join(l.rstrip() for l in human.split(b"\n")))
    out = subprocess.run(["git", "diff", "--no-index", "-U0", "--histogram", "--no-color", fa, fb],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    res = [None] * len(chunks)
    dele, add = [], []

    def flush():
        marks = [re.fullmatch(rb"@@CONFLICT-(\d+)@@", d) for d in dele]
        if len([m for m in marks if m]) == 1 and all(m or not d.strip() for m, d in zip(marks, dele)):
            res[int([m for m in marks if m][0].group(1))] = list(add)
        dele.clear()
        add.clear()
    for l in out.split(b"\n")[4:]:
        if l.startswith(b"@@"):
            flush()
        elif l.startswith(b"-"):
            dele.append(l[1:])
        elif l.startswith(b"+"):
            add.append(l[1:])
    flush()
    return res
