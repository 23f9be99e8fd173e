"""Who is told what, when: stages, the daily sweep, letters, outbox, scheduler. Reads the log, changes no task."""
