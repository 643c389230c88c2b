"""Who gets what at the registry's addresses."""

from tests.house.matrix import PARTNER, Row, answers

READERS = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines", "otto")
READ = answers(ok=READERS, forbidden=("ada", *PARTNER))

ROWS = [Row("vendors:cmo-list", READ)]
