#!/bin/sh
# Runs every test in a shell and a directory of its own; ends with 1 if one fails.
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
failed=0
for test in "$root"/test/*.test.sh; do
    work=$(mktemp -d)
    if SHELF="$work/books.txt" ROOT="$root" sh -eu -c '
        equal() { [ "$1" = "$2" ] || { echo "expected \"$2\", got \"$1\""; exit 1; }; }
        for part in "$ROOT"/lib/*.sh; do . "$part"; done
        . "$0"' "$test" > "$work/out" 2>&1
    then
        echo "ok      $(basename "$test" .test.sh)"
    else
        echo "not ok  $(basename "$test" .test.sh)"
        sed 's/^/        /' "$work/out"
        failed=1
    fi
    rm -rf "$work"
done
exit $failed
