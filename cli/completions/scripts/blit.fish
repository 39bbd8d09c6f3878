# Completes blit, blit-utils and blit-daemon in fish.

# The verb, if there is one: the first word behind the program that is no option.
function __blit_verb
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
    return 1
end

function __blit_without_verb
    not __blit_verb >/dev/null
end

# Whether the verb is one of these.
function __blit_with
    set -l verb (__blit_verb)
    and contains -- $verb $argv
end

# The word at the cursor as it is meant: without the quote that is open, or backslashes.
function __blit_word
    set -l word (commandline -ct)
    string unescape -- $word; and return
    # A quote is open.
    string sub -s 2 -- $word | string replace -ra -- '\\\\(["\'$\\\\])' '$1'
end

# A colon before the first slash makes a place on a server: fish would look for files behind it.
function __blit_on_server
    string match -qr -- '^[^/]*:' (__blit_word)
end

# What only blit can tell.
function __blit_ask
    set -l word (__blit_word)
    if test "$argv[1]" = host; or not string match -q -- '*/*' "$word"; or __blit_on_server
        set -l words (commandline -opc)
        $words[1] __complete $argv[1] "$word" 2>/dev/null </dev/null
    end
end

# Several of these with commas between.
function __blit_list
    set -l head (string replace -r -- '[^,]*$' '' (__blit_word))
    printf '%s\n' "$head"$argv
end

complete -c @PROGRAMS@ -e
@COMPLETIONS@
