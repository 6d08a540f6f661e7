# Works on single lines of text.

# Prints a text in small letters.
lower() {
    printf '%s\n' "$1" | tr '[:upper:]' '[:lower:]'
}
