"""The sample world: a believable body, its people, plans, tasks and letters, told by the real services day by day."""
