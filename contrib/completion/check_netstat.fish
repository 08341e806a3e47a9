# fish completion of check_netstat. The program itself says how a command line may
# go on; where it says nothing, as for a file's name, fish completes a path.
function __check_netstat_complete
    set -lx GO_FLAGS_COMPLETION verbose
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] $words[2..-1] "$current" 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c check_netstat -f -a '(__check_netstat_complete)'
