"""Files out: facts become calendars, Word documents and workbooks, in the form official documents have."""
