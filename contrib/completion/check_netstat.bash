# bash completion of check_netstat. The program itself says how a command line may
# go on; where it says nothing, as for a file's name, bash completes a file.
_check_netstat() {
  local line=${COMP_LINE:0:COMP_POINT} last program start=
  local -a words
  # COMP_WORDS is split at the colons of keys; these words are split at blanks.
  read -ra words <<<"$line"
  [[ $line == *[[:blank:]] ]] && words+=("")
  last=${words[-1]}
  case $last in
    [\'\"]*) last=${last:1} ;;
    *)
      # bash replaces only what follows the last of these characters.
      local -i at=${#last}
      while ((at > 0)) && [[ $COMP_WORDBREAKS != *"${last:at-1:1}"* ]]; do at+=-1; done
      start=${last:0:at}
      ;;
  esac
  words[-1]=$last
  program=${words[0]/#\~\//$HOME/}
  mapfile -t COMPREPLY < <(GO_FLAGS_COMPLETION=1 "$program" "${words[@]:1}" 2>/dev/null)
  COMPREPLY=("${COMPREPLY[@]#"$start"}")
}
complete -o default -F _check_netstat check_netstat
