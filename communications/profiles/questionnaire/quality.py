"""The quality system, the people, and data that can be trusted."""

from communications.profiles.questionnaire.asking import DATE, FILE, LIST, NUMBER, TEXT, YES_NO, ask, choose, section

QUALITY = section(
    "quality", "Quality system", "How what goes wrong is found, mended and kept from coming back.",
    ask("QU-01", FILE, "The quality manual or what stands in its place", "Name the document, its edition and its date, save, then add the file.", "EU GMP 1.7; ICH Q10 1.8"),
    ask("QU-02", YES_NO, "Can quality reject a batch, a supplier or a procedure against the will of production?", "If yes: say when this last happened.", "21 CFR 211.22(a); EU GMP 2.6"),
    ask("QU-03", TEXT, "Who certifies batches for the EU, and who stands in?", "Names, sites, and since when. Leave it out where you release nothing.", "EU GMP Annex 16"),
    ask("QU-04", NUMBER, "How many deviations were opened last year?", "All classes, all sites that work for customers.", unit="deviations"),
    ask("QU-05", NUMBER, "What share of deviations was closed within its own time limit last year?", "Per cent; the limit is that of your procedure.", "EU GMP 1.4(xiv)", unit="%"),
    ask("QU-06", TEXT, "How are deviations classed, and when does a customer hear of one?", "The classes and the times of your procedure, in a few lines.", "EU GMP 1.4(xiv)"),
    ask("QU-07", YES_NO, "Is there a check, after some time, that a corrective action did what it should?", "If yes: when it is done and who judges it.", "ICH Q10 3.2.2"),
    ask("QU-08", NUMBER, "How many out-of-specification results were invalidated last year?", "Per cent of all, with a cause found in the laboratory.", "21 CFR 211.192", unit="%"),
    ask("QU-09", TEXT, "How is a change judged, and when is a customer asked first?", "What counts as major, and the notice you give.", "EU GMP 1.4(xii); ICH Q10 3.2.3"),
    ask("QU-10", YES_NO, "Are products reviewed every year, with the customer's part in it?", "If yes: who writes it and by when it is ready.", "21 CFR 211.180(e); EU GMP 1.10"),
    ask("QU-11", NUMBER, "How many recalls touched batches that you made in the last three years?", "Whoever decided on them.", "EU GMP 8.15", unit="recalls"),
    ask("QU-12", TEXT, "How are complaints handled, and how fast does the customer get the answer?", "Who looks into them, with what limits.", "21 CFR 211.198; EU GMP 8.7"),
    ask("QU-13", YES_NO, "Do you inspect yourselves by a plan, and does management read the result?", "If yes: how often each area comes up.", "EU GMP 9.1"),
)  # fmt: skip

PEOPLE = section(
    "people", "People", "Whether there are enough, whether they know the work, and whether they stay.",
    ask("PE-01", NUMBER, "How many people work in quality?", "Control and assurance together, full-time equivalents.", "EU GMP 2.1; 21 CFR 211.25", unit="people"),
    ask("PE-02", NUMBER, "What share of people in production left last year?", "Per cent, retirement left out.", unit="%"),
    ask("PE-03", TEXT, "How do people become allowed to do a task on their own?", "The steps from reading to proof, and who signs it.", "21 CFR 211.25(a); EU GMP 2.10"),
    ask("PE-04", YES_NO, "Do people who work with sterile products qualify by media fill and gowning tests?", "If yes: how often. If there is no such work, say no and why.", "EU GMP Annex 1, 7"),
    ask("PE-05", YES_NO, "Are agency staff trained as your own people are?", "If yes: how you know. If you have none, say so."),
    ask("PE-06", TEXT, "Which key functions have a deputy by name?", "Head of production, head of quality control, qualified person, site head.", "EU GMP 2.5"),
    ask("PE-07", TEXT, "In which languages can you work with a customer?", "Spoken at meetings, and written in batch records."),
    ask("PE-08", YES_NO, "Can people report a concern without their name?", "If yes: how, and who reads it."),
)  # fmt: skip

DATA = section(
    "data", "Data integrity", "Whether a record says what happened, when, and who did it.",
    ask("DI-01", YES_NO, "Is there a governance of data integrity with somebody who answers for it?", "If yes: name the function.", "EU GMP 4.1; EU GMP Annex 11"),
    ask("DI-02", LIST, "Which computerised systems hold GMP records?", "One a line: what it does, name and version, validated when.", "21 CFR 211.68; EU GMP Annex 11, 4"),
    ask("DI-03", YES_NO, "Does every person sign in under a name of their own, with rights by role?", "If no: where accounts are shared, and what makes up for it.", "21 CFR 11.10(d); EU GMP Annex 11, 12"),
    ask("DI-04", YES_NO, "Are audit trails switched on everywhere, and looked at before release?", "If yes: which, by whom and how often.", "21 CFR 11.10(e); EU GMP Annex 11, 9"),
    ask("DI-05", YES_NO, "Are administrators of systems people without a stake in the data?", "If no: what makes up for it.", "EU GMP Annex 11, 12"),
    ask("DI-06", TEXT, "How are electronic records kept and brought back?", "How often they are copied, where the copy lies, when the last test was.", "EU GMP Annex 11, 7 and 17"),
    choose("DI-07", "How are batch records written?", ["On paper", "On paper, with electronic data beside", "Mostly electronic", "Electronic throughout"], "What holds for most products.", "21 CFR 211.188"),
    ask("DI-08", YES_NO, "Was data integrity criticised in an inspection or audit in the last five years?", "If yes: what, and what you have done since."),
    ask("DI-09", DATE, "When was the last assessment of data integrity across the site?", "The day its report was signed."),
)  # fmt: skip
