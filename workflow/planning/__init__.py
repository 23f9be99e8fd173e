"""From the outline of a document to proposals: header, sections, targets, tasks, reports, deadlines."""
