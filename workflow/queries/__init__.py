"""All reading for pages. Every function takes `seen_by=`, the one scope of the person who asks."""
