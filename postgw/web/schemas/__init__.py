"""The shapes of the API, one file for each subject: what is read (strict models) and what is shown."""
