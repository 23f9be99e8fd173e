"""Tables and the words of the domain; the session; no decisions."""
