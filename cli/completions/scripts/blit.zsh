#compdef @PROGRAMS@
# Completes blit, blit-utils and blit-daemon in zsh. As a file _blit in a directory of $fpath, or by
# `source` behind compinit.

# What only blit can tell: the question, then what may not stand before a slash.
_blit_ask() {
  local word=${(Q)PREFIX} result=1
  local -a found open whole
  found=(${(f)"$($_blit_program __complete $1 "$word" 2>/dev/null </dev/null)"})
  # Shown, and matched, is only the last component.
  local head=${word%${word##*/}}
  found=(${found#$head})
  compset -P '*/'
  open=(${(M)found:#*/}) whole=(${found:#*/})
  (( $#open )) && compadd -S '' -a open && result=0
  (( $#whole )) && compadd -a whole && result=0
  return result
}

_blit_host() {
  _blit_ask host
}

_blit_endpoint() {
  local word=${(Q)PREFIX} result=1
  # A colon before the first slash makes a place on a server.
  if [[ $word != */* || ${word%%/*} == *:* ]]; then
    _blit_ask endpoint && result=0
  fi
  if [[ ${word%%/*} != *:* ]]; then
    _files && result=0
  fi
  return result
}

_blit() {
  local curcontext=$curcontext context state state_descr line _blit_program=${~words[1]}
  local -a verbs
  typeset -A opt_args
  local program=${${_blit_program:t}%.exe}
  case $program in
@PROGRAM_CONTEXTS@
  esac
  [[ $state == verb ]] || return
  case $program-$words[1] in
@VERB_CONTEXTS@
    *) return 1 ;;
  esac
}

# Read as a completion function, or sourced.
if [[ ${funcstack[1]} == _blit ]]; then
  _blit "$@"
else
  compdef _blit @PROGRAMS@
fi
