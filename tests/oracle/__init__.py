"""Who should have been told what by a day, worked out from the written rules alone.

Nothing of the product is imported here, and nothing is shared with it: days are walked one by one, ladders are
written out once more, seats are looked up in plain lists. It was written before the sender's code was read.

Where the rules are silent it says what was settled when both were first held against each other: what fell up to
the day a date was given was said by giving it; a result sent back hangs on its own day beside the deadline; an empty
place above moves the whole climb down, so that the chair hears once, on the day of the first rung.
"""
