#!/bin/sh
# Stands in for "autobuild runner --spec FILE": does what the prompt's words say, in the same folder with the same documents.
spec=$3
run=$(dirname "$spec")
gates=$(dirname "$(dirname "$(dirname "$run")")")/gates
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$spec"; }
export GIT_AUTHOR_NAME=stub GIT_AUTHOR_EMAIL=stub@localhost GIT_COMMITTER_NAME=stub GIT_COMMITTER_EMAIL=stub@localhost
export GIT_DIR="$(field repository)" GIT_INDEX_FILE="$run/index"
job=$(field job_id) branch=$(field branch) start=$(field start_commit)
attempt=$(sed -n 's/.*"attempt":\([0-9]*\).*/\1/p' "$spec")
seq=0
event() {
  seq=$((seq + 1))
  printf '{"seq":%s,"at":"2030-01-01T00:00:00Z","kind":"%s","phase":%s,"text":"%s","name":"%s"}\n' "$seq" "$1" "$2" "$3" "$4" >> "$run/events.ndjson"
}
qa() { # verdict commit
  printf '{"verdict":"%s","commit":"%s","tree":"%s","checks":[{"name":"test","status":"%s","required":true,"seconds":0}]}' \
    "$1" "$2" "$(git rev-parse "$2^{tree}")" "$1"
}
report() { # outcome commit qa error
  printf '{"job_id":"%s","attempt":%s,"outcome":"%s","commit":%s,"branch":"%s","changed_files":[],"qa":%s,"qa_rounds":1,"usage":{"input_tokens":1,"output_tokens":2,"cost_usd":0,"turns":1},"error":%s%s,"started_at":"2030-01-01T00:00:00Z","finished_at":"2030-01-01T00:00:00Z"}' \
    "$job" "$attempt" "$1" "$2" "$branch" "$3" "$4" "$extra" > "$run/report.new"
  mv "$run/report.new" "$run/report.json"
}
gate() { while [ ! -e "$gates/$1" ]; do sleep 0.02; done; }
commit() { # file text
  git read-tree "$start"
  blob=$(printf '%b\n' "$2" | git hash-object -w --stdin)
  git update-index --add --cacheinfo "100644,$blob,$1"
  made=$(git commit-tree "$(git write-tree)" -p "$start" -m "$1")
  git update-ref "refs/heads/$branch" "$made"
}
put() { # file name-of-a-gate
  git read-tree "$start"
  git update-index --add --cacheinfo "100644,$(git hash-object -w --no-filters "$gates/$2"),$1"
  made=$(git commit-tree "$(git write-tree)" -p "$start" -m "$1")
  git update-ref "refs/heads/$branch" "$made"
}
drop() { # file
  git read-tree "$start"
  printf '0 0000000000000000000000000000000000000000\t%s\n' "$1" | git update-index --index-info
  made=$(git commit-tree "$(git write-tree)" -p "$start" -m "$1")
  git update-ref "refs/heads/$branch" "$made"
}
if grep -q '"kind":"check"' "$spec"; then
  echo "$start" >> "$gates/checks"
  [ -e "$gates/hold-checks" ] && gate checks-go
  if [ -e "$gates/no-checks" ]; then
    report no_changes null "$(printf '{"verdict":"not_run","commit":"%s","tree":"%s","checks":[],"reason":"none found"}' "$start" "$(git rev-parse "$start^{tree}")")" null
  elif [ -e "$gates/fail-checks" ]; then
    report qa_failed null "$(qa failed "$start")" null
  elif git cat-file -e "$start:left.txt" 2>/dev/null && git cat-file -e "$start:right.txt" 2>/dev/null; then
    report qa_failed null "$(qa failed "$start")" null
  else
    report no_changes null "$(qa passed "$start")" null
  fi
  exit 0
fi
event phase '"preparing"' ""
event agent_started null ""
event phase '"agent"' ""
echo "first line of $job" >> "$run/agent.log"
set -- $(field prompt)
while [ $# -gt 0 ]; do
  case $1 in
    gate) gate "$2"; shift 2 ;;
    write) commit "$2" "$3"; report changed "\"$made\"" "$(qa passed "$made")" null; exit 0 ;;
    put) put "$2" "$3"; report changed "\"$made\"" "$(qa passed "$made")" null; exit 0 ;;
    drop) drop "$2"; report changed "\"$made\"" "$(qa passed "$made")" null; exit 0 ;;
    unchecked) commit "$2" "$3"; report changed "\"$made\"" "$(printf '{"verdict":"not_run","commit":"%s","tree":"%s","checks":[],"reason":"none found"}' "$made" "$(git rev-parse "$made^{tree}")")" null; exit 0 ;;
    failing) commit "$2" "$3"; report qa_failed "\"$made\"" "$(qa failed "$made")" null; exit 0 ;;
    die) exit 3 ;;
    ask) extra=",\"session_id\":\"s1\",\"session\":\"resumed\",\"question\":\"$2?\"" report needs_input null null null; exit 0 ;;
    sick) extra=',"session_id":"s1","summary":"I saw the light."' report agent_error null null '{"code":"agent_request_rejected","message":"Refused.","retry":false,"in_session":true}'; exit 0 ;;
    once) shift; [ "$attempt" -gt 1 ] || exit 3 ;;
    obey) while ! grep -q '"kind":"cancel"' "$run/control.ndjson"; do sleep 0.02; done; report cancelled null null null; exit 0 ;;
    mends) # file: a check fails on it and passes on the commit that adds file.fix
      commit "$2" broken; event committed null "" "$made"
      printf '{"seq":101,"at":"2030-01-01T00:00:00Z","kind":"check_started","text":"make test","name":"test","round":1}\n{"seq":102,"at":"2030-01-01T00:00:00Z","kind":"check_ended","text":"failed after 1.0 s","name":"test","round":1}\n' >> "$run/events.ndjson"
      start=$made; commit "$2.fix" mended; event committed null "" "$made"
      printf '{"seq":103,"at":"2030-01-01T00:00:00Z","kind":"check_started","text":"on the base: make test","name":"test"}\n{"seq":104,"at":"2030-01-01T00:00:00Z","kind":"check_ended","text":"on the base: failed after 1.0 s","name":"test"}\n' >> "$run/events.ndjson"
      printf '{"seq":105,"at":"2030-01-01T00:00:00Z","kind":"check_ended","text":"passed after 1.0 s","name":"test","round":2}\n' >> "$run/events.ndjson"
      report changed "\"$made\"" "$(qa passed "$made")" null; exit 0 ;;
    reads) event file_read null "" "$2"; shift 2 ;;
    message) while ! grep -q '"kind":"message"' "$run/control.ndjson"; do sleep 0.02; done; event message null heard user; shift ;;
    deaf) trap '' INT TERM; (trap '' INT TERM; exec sleep 300) & echo $! > "$gates/child"; while :; do sleep 0.1; done ;;
    *) shift ;;
  esac
done
report no_changes null null null
