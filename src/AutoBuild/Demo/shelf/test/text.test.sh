equal "$(lower 'SolARIS')" "solaris"
