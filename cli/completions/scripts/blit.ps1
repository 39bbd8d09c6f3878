# Completes blit, blit-utils and blit-daemon in PowerShell.

Register-ArgumentCompleter -Native -CommandName @PROGRAMS@ -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # What may stand behind a program, or behind one of its verbs. Lists of text, not tables, whose
    # keys would not tell -v from -V.
    $contexts = @{
@CONTEXTS@
    }

    $program = [string]$commandAst.CommandElements[0].Value
    $name = [System.IO.Path]::GetFileName($program) -replace '\.exe$', ''
    # The word as it is meant, without the quote that it begins with.
    $word = $wordToComplete -replace '^[''"]', '' -replace '[''"]$', ''

    function Candidate([string]$text, [string]$says) {
        $tip = if ($says) { $says } else { $text }
        # PowerShell takes the quotes of typographers for its own.
        $typed = if ($text -match '^[\w./:=~%-]+$') { $text } else { "'" + ($text -replace '[\x27\u2018-\u201b]', '$0$0') + "'" }
        [System.Management.Automation.CompletionResult]::new($typed, $text, 'ParameterValue', $tip)
    }

    # What the value of an option is, or nothing for what takes none.
    function ValueOf([string]$form) {
        foreach ($pair in $context.Values) {
            $key, $source = $pair -split ':', 2
            if ($key -ceq $form) { return $source }
        }
    }

    # Whatever the source gives: what stands before it in the word, and the value so far.
    function FromSource([string]$source, [string]$before, [string]$value) {
        $kind, $list = $source -split ':', 2
        if ($kind -eq 'words' -or $kind -eq 'list') {
            if ($kind -eq 'list' -and $value.Contains(',')) {
                $cut = $value.LastIndexOf(',') + 1
                $before += $value.Substring(0, $cut)
                $value = $value.Substring($cut)
            }
            $list -split ',' | Where-Object { $_.StartsWith($value) } | ForEach-Object { Candidate "$before$_" '' }
        } elseif ($kind -eq 'host' -or $kind -eq 'endpoint') {
            # A colon before the first slash makes a place on a server.
            $onServer = $value -match '^[^/\\]*:'
            if ($kind -eq 'host' -or $onServer -or $value -notmatch '[/\\]') {
                & $program __complete $kind $value 2>$null | ForEach-Object { Candidate "$before$_" '' }
            }
            if ($kind -eq 'endpoint' -and -not $onServer) {
                [System.Management.Automation.CompletionCompleters]::CompleteFilename($value)
            }
        } elseif ($kind -eq 'file' -or $kind -eq 'directory') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($value)
        }
    }

    $context = $contexts["$name "]
    $verb = ''
    $operands = 0
    $value = $null
    $only = $false
    $elements = $commandAst.CommandElements | Select-Object -Skip 1
    foreach ($element in $elements) {
        # The word at the cursor comes last.
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
        $text = [string]$element.Extent.Text
        if ($value) {
            $value = $null
        } elseif (-not $only -and $text -eq '--') {
            $only = $true
        } elseif (-not $only -and $text -match '^-.') {
            $form = if ($text.StartsWith('--')) { $text } else { '-' + $text.Substring($text.Length - 1) }
            $value = ValueOf $form
        } elseif (-not $verb -and $context.Operand -like 'words:*') {
            $verb = $text
            $context = $contexts["$name $verb"]
            if ($null -eq $context) { return }
        } else {
            $operands++
        }
    }

    if ($value) {
        FromSource $value '' $word
    } elseif (-not $only -and $word -match '^(--[^=]+)=(.*)$') {
        $option, $rest = $Matches[1], $Matches[2]
        $source = ValueOf $option
        if ($source) { FromSource $source "$option=" $rest }
    } elseif (-not $only -and $word.StartsWith('-')) {
        $context.Options | Where-Object { $_ -clike "$word*" } | ForEach-Object {
            $form, $says = $_ -split '\|', 2
            Candidate $form $says
        }
    } elseif ($operands -lt $context.Most) {
        FromSource $context.Operand '' $word
    }
}
