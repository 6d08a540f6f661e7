# Keeps the books.

# Adds a book: title, author.
add_book() {
    printf '%s|%s\n' "$1" "$2" >> "$SHELF"
}

# Prints every book.
list_books() {
    [ ! -f "$SHELF" ] || tr '|' '\t' < "$SHELF"
}
