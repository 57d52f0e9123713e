# Completion for bash. What there is to complete, the program's own help says, so that this is never behind it.
_wikibot() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$(wikibot --help 2> /dev/null | sed -n 's/^  wikibot \([a-z-]*\) .*/\1/p')
        words="$words help --help --version"
    elif [ "$before" = --topology ]; then
        words='single split hosts'
    elif [ "$before" = --durability ]; then
        words='fsync none'
    elif [[ $word == -* ]]; then
        words=$(wikibot "$command" --help 2> /dev/null | grep -oE '^  --[a-z-]+')
        words="$words --help"
    else
        return                                  # a file or a folder, which bash completes by itself
    fi
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _wikibot wikibot
