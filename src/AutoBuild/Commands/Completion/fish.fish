# autobuild completion for fish. Load it now:  autobuild completion fish | source
# For every shell:  autobuild completion fish > ~/.config/fish/completions/autobuild.fish
function __autobuild_found
    set -g __autobuild_words (autobuild '[suggest]' (commandline -cp) 2>/dev/null)
    test (count $__autobuild_words) -gt 0
end
complete -c autobuild -e
complete -c autobuild -k -f -n __autobuild_found -a '(string join \n -- $__autobuild_words)'
complete -c autobuild -F -n 'not __autobuild_found'
