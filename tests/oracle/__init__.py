"""Who should have been told what by a day, worked out from the written rules alone.

Nothing of the product is imported here, and nothing is shared with it: days are walked one by one, ladders are
written out once more, seats are looked up in plain lists. It was written before the sender's code was read.
"""
