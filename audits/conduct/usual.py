"""What an auditor usually asks for before a visit: a list to begin with, each line to be changed or dropped."""

from __future__ import annotations

from audits.conduct.vocabulary import System

# (title, what exactly, system, priority)
USUAL: tuple[tuple[str, str, str, str], ...] = (
    ("Site master file", "The current version with its annexes.", System.QUALITY, "high"),
    ("Organisation chart", "Quality, production and site management, with names.", System.QUALITY, "normal"),
    ("Product and equipment list", "What is made and on which lines, shared equipment marked.",
     System.FACILITIES, "normal"),
    ("Validation master plan", "Current version with open items.", System.QUALITY, "normal"),
    ("Index of procedures", "Titles, numbers and dates of effect.", System.QUALITY, "low"),
    ("Deviations of the last two years", "Number, date, class, product, cause, state.", System.QUALITY, "high"),
    ("CAPAs of the last two years", "With dates agreed and kept, and effectiveness checks.", System.QUALITY, "high"),
    ("Changes of the last two years", "Class, subject, date of effect.", System.QUALITY, "normal"),
    ("Out-of-specification results of the last two years", "With how many were invalidated and why.",
     System.LABORATORY, "high"),
    ("Inspections by authorities", "Dates, scope, outcome, and the responses as far as they may be shown.",
     System.QUALITY, "high"),
    ("Complaints and recalls of the last two years", "By product and kind.", System.QUALITY, "normal"),
    ("Floor plans", "Flows of people, materials and waste; classes of rooms.", System.FACILITIES, "normal"),
)  # fmt: skip
