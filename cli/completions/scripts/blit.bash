# Completes blit, blit-utils and blit-daemon in bash 3.2 and later.
#
# Readline replaces not the word but what follows the last character of COMP_WORDBREAKS in it that
# is not quoted (a colon!), and gives that as $2. So the line is taken apart here as bash would, and
# of each candidate only what follows that place is given back, quoted as the user began to. Where a
# word can be nothing but a local path, bash completes it by itself if it can be told to.

# What may stand behind a program, or behind one of its verbs.
_blit_context() {
  _blit_flags= _blit_valued= _blit_operand=text _blit_most=0
  case $1 in
@CONTEXTS@
  esac
}

# Splits a line: whole words into _blit_list, what the last one stands for into _blit_word, as it
# was typed into _blit_raw, and the quote that is open into _blit_quote.
_blit_split() {
  local line=$1 char next i
  _blit_list=() _blit_word= _blit_raw= _blit_quote=
  for ((i = 0; i < ${#line}; i++)); do
    char=${line:i:1} next=${line:i+1:1}
    if [[ $_blit_quote == "'" ]]; then
      _blit_raw+=$char
      if [[ $char == "'" ]]; then _blit_quote=; else _blit_word+=$char; fi
    elif [[ $_blit_quote == '"' ]]; then
      _blit_raw+=$char
      if [[ $char == '"' ]]; then
        _blit_quote=
      elif [[ $char == \\ && $next == [\"\\\$\`] ]]; then
        _blit_raw+=$next _blit_word+=$next i=$((i + 1))
      else
        _blit_word+=$char
      fi
    elif [[ $char == [[:space:]] ]]; then
      [[ -z $_blit_raw ]] || _blit_list+=("$_blit_word")
      _blit_word= _blit_raw=
    else
      _blit_raw+=$char
      case $char in
        "'" | '"') _blit_quote=$char ;;
        \\) _blit_raw+=$next _blit_word+=$next i=$((i + 1)) ;;
        *) _blit_word+=$char ;;
      esac
    fi
  done
}

# What the value of an option is, in _blit_source; fails for what takes none.
_blit_value_of() {
  [[ " $_blit_valued " == *" $1:"* ]] || return 1
  _blit_source=${_blit_valued##*"$1:"}
  _blit_source=${_blit_source%% *}
}

# A candidate: the whole word as it is meant, and what follows it.
_blit_add() {
  local text=${1:_blit_skip}
  case $_blit_quote in
    # Readline closes no quote behind what ends with one.
    "'")
      text=${text//\'/\'\\\'\'}
      [[ $text != *\' ]] || text+=\'
      ;;
    '"')
      text=${text//\\/\\\\} text=${text//\"/\\\"} text=${text//\$/\\\$} text=${text//\`/\\\`}
      # Within double quotes nothing keeps it from being looked up in the history.
      text=${text//!/\"\'!\'\"}
      [[ $text != *\" ]] || text+=\"
      ;;
    *) [[ -z $text ]] || { printf -v text %q "$text" && text+=$2; } ;;
  esac
  COMPREPLY+=("$text")
}

# Lets bash complete local paths; fails where it cannot be told to.
_blit_by_bash() {
  [[ ${#COMPREPLY[@]} -eq 0 ]] && type compopt >/dev/null 2>&1 && compopt +o nospace -o "$1"
}

# Local paths: $1 is what stands before them in the word, $2 the path, $3 d for directories only.
_blit_paths() {
  local path found
  if [[ $3 == d ]]; then _blit_by_bash dirnames && return; fi
  _blit_by_bash default && return
  path=$2
  [[ $path == "~/"* ]] && path=$HOME/${path#"~/"}
  while IFS= read -r found; do
    [[ $2 == "~/"* ]] && found="~/${found#"$HOME/"}"
    if [[ -d ${found/#"~/"/"$HOME/"} ]]; then
      _blit_add "$1$found/"
    elif [[ $3 != d ]]; then
      _blit_add "$1$found" ' '
    fi
  done < <(compgen -f -- "$path")
}

# What only blit can tell: $1 is the question, $2 the word, $3 what stands before it.
_blit_ask() {
  local found end
  while IFS= read -r found; do
    end=' '
    [[ $found == */ ]] && end=
    _blit_add "$3$found" "$end"
  done < <("$_blit_program" __complete "$1" "$2" 2>/dev/null </dev/null)
}

# Whatever the source gives: $1 is what stands before it in the word, $2 the value so far.
_blit_complete() {
  local kind=${_blit_source%%:*} word
  case $kind in
    words | list)
      local head=$1 value=$2 end=' '
      [[ $kind == list ]] && head=$1${2%"${2##*,}"} value=${2##*,} end=
      local IFS=,
      for word in ${_blit_source#*:}; do
        [[ $word == "$value"* ]] && _blit_add "$head$word" "$end"
      done
      ;;
    file) _blit_paths "$1" "$2" ;;
    directory) _blit_paths "$1" "$2" d ;;
    host) _blit_ask host "$2" "$1" ;;
    endpoint)
      if [[ $2 != */* || ${2%%/*} == *:* ]]; then _blit_ask endpoint "$2" "$1"; fi
      if [[ ${2%%/*} != *:* ]]; then _blit_paths "$1" "$2"; fi
      ;;
  esac
}

_blit() {
  local _blit_list _blit_word _blit_raw _blit_quote _blit_skip _blit_source _blit_program
  local _blit_flags _blit_valued _blit_operand _blit_most
  local name word raw quote verb operands=0 value= only= before i
  COMPREPLY=()
  _blit_split "${COMP_LINE:0:COMP_POINT}"
  word=$_blit_word raw=$_blit_raw quote=$_blit_quote
  _blit_program=${_blit_list[0]/#"~/"/"$HOME/"}
  name=${_blit_program##*/} name=${name%.exe}
  local list=("${_blit_list[@]}")
  # How much of the word stands before what readline replaces.
  _blit_split "${raw%"$2"}"
  _blit_skip=${#_blit_word} _blit_quote=$quote
  [[ $raw == *"$2" ]] || _blit_skip=${#word}

  _blit_context "$name "
  for ((i = 1; i < ${#list[@]}; i++)); do
    before=${list[i]}
    if [[ -n $value ]]; then
      value=
    elif [[ -z $only && $before == -- ]]; then
      only=operands
    elif [[ -z $only && $before == -?* ]]; then
      [[ $before == --* ]] || before=-${before: -1}
      if _blit_value_of "$before"; then value=$_blit_source; fi
    elif [[ -z $verb && $_blit_operand == words:* ]]; then
      verb=$before
      _blit_context "$name $verb"
    else
      operands=$((operands + 1))
    fi
  done

  if [[ -n $value ]]; then
    _blit_source=$value
    _blit_complete '' "$word"
  elif [[ -z $only && $word == --*=* ]]; then
    if _blit_value_of "${word%%=*}"; then _blit_complete "${word%%=*}=" "${word#*=}"; fi
  elif [[ -z $only && $word == -* ]]; then
    for before in $_blit_flags $_blit_valued; do
      before=${before%%:*}
      [[ $before == "$word"* ]] && _blit_add "$before" ' '
    done
  elif [[ $operands -lt $_blit_most ]]; then
    _blit_source=$_blit_operand
    _blit_complete '' "$word"
  fi
}
complete -o nospace -F _blit @PROGRAMS@
