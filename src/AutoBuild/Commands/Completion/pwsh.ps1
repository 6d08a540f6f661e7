# autobuild completion for PowerShell. Load it now:  autobuild completion pwsh | Out-String | Invoke-Expression
# For every shell: put that line into the file that $PROFILE names.
Register-ArgumentCompleter -Native -CommandName autobuild -ScriptBlock {
    param($word, $line, $cursor)
    $typed = $line.ToString().PadRight($cursor).Substring(0, $cursor)
    autobuild '[suggest]' $typed 2>$null | ForEach-Object {
        $label, $detail = $_ -split "`t", 2
        [System.Management.Automation.CompletionResult]::new($label, $label, 'ParameterValue', $(if ($detail) { $detail } else { $label }))
    }
}
