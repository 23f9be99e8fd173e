"""Measurements: the real application beside the bare limit of this machine, from the same run."""
