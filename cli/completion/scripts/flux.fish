# fish completion for flux.

function __flux_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    test (count $answer) -gt 0; or return

    # Of --flag=value only the value is answered.
    set -l prefix (string match -r -- '^--[^=]+=' "$current")
    for candidate in $answer[1..-2]
        echo -- "$prefix$candidate"
    end
    if test "$answer[-1]" = ':0' -a (count $answer) -eq 1
        __fish_complete_path (string replace -r -- '^--[^=]+=' '' "$current")
    end
end

complete -c flux -e
complete -c flux -f -a '(__flux_complete)'
