"""What an evaluation rests on: numbers with their lists, thresholds beside them, no rating."""
