"""Units, people, seats with dates, mandates, roles, the entered calendar and the dated settings."""
