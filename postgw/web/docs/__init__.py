"""The page on which a person reads the API: drawn here, without scripts, without anything from elsewhere."""
