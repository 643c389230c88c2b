"""What is done and with what: equipment, supply, safety, and going on when something fails."""

from communications.profiles.questionnaire.asking import DATE, FILE, LIST, NUMBER, TEXT, YES_NO, ask, choose, section

EQUIPMENT = section(
    "equipment", "Equipment and services", "Lines, utilities and laboratories, and how they are kept fit.",
    ask("EQ-01", LIST, "Which lines and main equipment do you offer?", "One a line: name, what it does, batch size from and to, year."),
    ask("EQ-02", NUMBER, "How much of the installed capacity was used last year?", "Per cent over all lines.", unit="%"),
    ask("EQ-03", YES_NO, "Is equipment qualified, and is its state looked at again at set times?", "If yes: how often.", "EU GMP Annex 15; 21 CFR 211.68"),
    ask("EQ-04", TEXT, "How is cleaning validated on shared equipment?", "Limits by toxicology, worst case, and how new products come in.", "EU GMP 5.21; EU GMP Annex 15, 10"),
    choose("EQ-05", "What is the highest class of containment that you work at?", ["No containment", "OEB 1 to 2", "OEB 3", "OEB 4", "OEB 5"], "By your own table of bands; name its limits under equipment."),
    ask("EQ-06", YES_NO, "Is there a strategy of contamination control for sterile products?", "If yes: its edition and date. If nothing is sterile, say no and why.", "EU GMP Annex 1, 2.3"),
    ask("EQ-07", TEXT, "Which grades of water and which gases are made on site?", "How they are watched, and when limits were last passed.", "EU GMP 3.43; EU GMP Annex 1, 6"),
    ask("EQ-08", LIST, "Which tests does your own laboratory do?", "One a line; say which go to a laboratory under contract."),
    ask("EQ-09", YES_NO, "Do you run stability studies for customers?", "If yes: which climatic conditions, how many chambers.", "ICH Q1A(R2)"),
    ask("EQ-10", YES_NO, "Do you serialise packs?", "If yes: for which markets."),
)  # fmt: skip

SUPPLY = section(
    "supply", "Supply chain", "Where material comes from, how it is kept, and how product leaves.",
    ask("SC-01", YES_NO, "Are suppliers of materials approved by quality before the first order?", "If yes: on what, an audit or paper, by what risk.", "21 CFR 211.84; EU GMP 5.27"),
    ask("SC-02", NUMBER, "How many suppliers did you audit last year?", "On site and from afar.", "EU GMP 5.29", unit="audits"),
    ask("SC-03", LIST, "Which parts of the work go to others under contract?", "One a line: what, to whom, where, with which agreement.", "EU GMP 7.1; ICH Q7 16"),
    ask("SC-04", YES_NO, "Does a customer agree before work is passed on to somebody else?", "If yes: how it is asked.", "EU GMP 7.10"),
    ask("SC-05", YES_NO, "Is each delivery of starting material tested for identity, container by container?", "If no: on what ground it is reduced.", "21 CFR 211.84(d); EU GMP 5.35"),
    ask("SC-06", TEXT, "Which materials have one source only?", "And what you have done about it."),
    ask("SC-07", NUMBER, "What share of orders left on the day that was agreed?", "Per cent of last year, complete deliveries only.", unit="%"),
    choose("SC-08", "Which temperatures can you store at?", ["Room temperature only", "Down to 2 to 8 °C", "Down to −20 °C", "Down to −80 °C or colder"], "The coldest that is mapped and monitored.", "21 CFR 211.142"),
    ask("SC-09", YES_NO, "Are materials of animal origin used?", "If yes: which, and how the risk of TSE and viruses is kept low."),
)  # fmt: skip

SAFETY = section(
    "safety", "Health, safety, environment", "Whether people go home well and the neighbourhood stays clean.",
    ask("HS-01", LIST, "Which management systems for safety and environment are certified?", "One a line: standard, body, until when. ISO 14001, ISO 45001 and the like."),
    ask("HS-02", NUMBER, "How many accidents led to lost time last year?", "For each million hours worked.", unit="per million hours"),
    ask("HS-03", YES_NO, "Did an authority for safety or environment order something in the last three years?", "If yes: what, and whether it is done."),
    ask("HS-04", YES_NO, "Is exposure of people to active substances measured?", "If yes: how often, and what happens above the limit."),
    ask("HS-05", TEXT, "How do you keep active substances out of waste water?", "The treatment, what is measured, how often."),
    ask("HS-06", NUMBER, "How much carbon dioxide did the sites give off last year?", "Scope 1 and 2, in tonnes.", unit="t CO₂e"),
    ask("HS-07", YES_NO, "Is there a code of conduct on labour and human rights, for suppliers too?", "If yes: where it can be read."),
)  # fmt: skip

CONTINUITY = section(
    "continuity", "Business continuity", "What happens when a line, a site, a supplier or a system fails.",
    ask("BC-01", FILE, "The plan for business continuity, or its summary", "Name the document and its date, save, then add the file."),
    ask("BC-02", DATE, "When was the plan last tried out?", "The day of the last exercise."),
    ask("BC-03", YES_NO, "Can another site or line of yours take over?", "If yes: for which work, and how long it would take."),
    ask("BC-04", NUMBER, "For how long do emergency power and cooling last?", "In hours, for cold storage and clean rooms.", unit="hours"),
    ask("BC-05", YES_NO, "Is there protection against attacks on computers, with somebody who answers for it?", "If yes: which standard you go by and when it was last tested."),
    ask("BC-06", NUMBER, "How soon do central computer systems run again after a total loss?", "In hours, as tested.", unit="hours"),
    ask("BC-07", TEXT, "How do customers hear of an event that endangers supply?", "Who calls, and within what time."),
)  # fmt: skip
