"""Who is told what, when: stages, the daily sweep, letters, the outbox and the scheduler. Reads the log, changes no task."""
