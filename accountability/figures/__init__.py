"""The figures leadership is shown, each with what it means, what it is a share of, and the list behind it.

`counting.of(question, ref)` answers every figure of `table.FIGURES` for a `Question`; `counting.behind(…)` lists
exactly what was counted; `counting.tally(…)` answers them for all units or heads at once.
"""
