"""Files in and out; knows no table."""
