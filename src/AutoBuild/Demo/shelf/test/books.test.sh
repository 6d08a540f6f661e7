add_book "Solaris" "Stanislaw Lem"
add_book "Emma" "Jane Austen"
equal "$(list_books | wc -l | tr -d ' ')" 2
equal "$(list_books | head -n 1)" "$(printf 'Solaris\tStanislaw Lem')"
