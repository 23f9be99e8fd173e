"""Files out: facts become Word documents and workbooks in the form official documents have."""
