# autobuild completion for bash. Load it now:  source <(autobuild completion bash)
# For every shell:  autobuild completion bash > ~/.local/share/bash-completion/completions/autobuild
_autobuild() {
    local found typed="${COMP_LINE:0:COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r found; do
        found="${found%%$'\t'*}"
        # What follows '=' is a word of its own to bash.
        [[ "$COMP_WORDBREAKS" == *=* ]] && found="${found#--*=}"
        COMPREPLY+=("$found")
    done < <("${COMP_WORDS[0]}" '[suggest]' "$typed" 2>/dev/null)
}
complete -o default -F _autobuild autobuild
