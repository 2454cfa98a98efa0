#compdef flux

# zsh completion for flux.

_flux() {
    local answer directive line name
    local -a candidates

    answer="$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)" || return
    directive="${answer##*:}"

    # _describe separates a name from its description by a colon.
    for line in "${(@f)${answer%:*}}"; do
        [[ -z "$line" ]] && continue
        name="${${line%%$'\t'*}//:/\\:}"
        if [[ "$line" == *$'\t'* ]]; then
            candidates+=("$name:${line#*$'\t'}")
        else
            candidates+=("$name")
        fi
    done

    # Of --flag=value only the value is completed.
    compset -P '--*='
    if (( directive == 0 && ${#candidates} == 0 )); then
        _files
    else
        _describe 'flux' candidates
    fi
}

compdef _flux flux
