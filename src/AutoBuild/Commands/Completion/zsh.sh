#compdef autobuild
# autobuild completion for zsh. Load it now:  source <(autobuild completion zsh)
# For every shell:  autobuild completion zsh > a file _autobuild in a directory of $fpath
_autobuild() {
    local line label
    local -a found
    for line in "${(@f)$("$words[1]" '[suggest]' "${(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)}"; do
        [[ -n "$line" ]] || continue
        label="${line%%$'\t'*}"
        found+=("${label//:/\\:}:${line#*$'\t'}")
    done
    if (( $#found )); then
        _describe -V 'autobuild' found
    else
        _files
    fi
}
if [[ "$funcstack[1]" == _autobuild ]]; then
    _autobuild "$@"
else
    compdef _autobuild autobuild
fi
