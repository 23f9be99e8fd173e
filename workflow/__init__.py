"""The rules: plans, tasks, sign-off, units and seats, the calendar; who may do what."""
