"""Takes texts apart into words, as they stand and as code writes them."""
from __future__ import annotations

import os
import re

from sets import MAX_FILE_BYTES, STOP, squash


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
