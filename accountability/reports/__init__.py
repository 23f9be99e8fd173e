"""Reports in official form: a table of what each holds; composed from the log up to one entry, edited, issued."""
