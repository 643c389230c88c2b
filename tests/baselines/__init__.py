"""Query counts in git: what each list, detail and write costs, refused by the tests when it moves.

`UPDATE_QUERY_COUNTS=1` writes what was counted; the change then stands in the diff for a reviewer.
"""
