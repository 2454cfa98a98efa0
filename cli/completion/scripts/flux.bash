# bash completion for flux. Needs nothing but bash 4.3: the words are taken from readline itself.

__flux_complete() {
    local index word current answer directive line
    local -a words=()

    # Readline breaks words at "=": put --flag=value together again.
    for ((index = 1; index <= COMP_CWORD; index++)); do
        word="${COMP_WORDS[index]}"
        if ((${#words[@]} > 0)) && [[ $word == "=" || ${words[-1]} == --*= ]]; then
            words[-1]+="$word"
        else
            words+=("$word")
        fi
    done

    current="${COMP_WORDS[COMP_CWORD]}"
    [[ $current == "=" ]] && current=""
    answer="$("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)" || return
    directive="${answer##*:}"

    # The first column of every line but the last, which is the directive.
    COMPREPLY=()
    while IFS= read -r line; do
        [[ -n $line ]] && COMPREPLY+=("${line%%$'\t'*}")
    done <<< "${answer%:*}"

    if ((directive == 0 && ${#COMPREPLY[@]} == 0)); then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}

complete -F __flux_complete flux
