"""Files out: rows and facts become what other programs open."""
