"""What the nation decrees, as effective-dated data files; `book` reads them into one rule book."""
