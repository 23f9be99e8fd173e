"""What goes outside: programs and texts for people who check the log without this product."""
