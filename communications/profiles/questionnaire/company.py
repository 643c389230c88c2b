"""The company, its sites, its money and who speaks for it."""

from communications.profiles.questionnaire.asking import (
    DATE,
    FILE,
    LIST,
    NUMBER,
    TEXT,
    YES_NO,
    ask,
    choose,
    section,
)

COMPANY = section(
    "company", "Company", "Who you are, in the words of your register and your organisation chart.",
    ask("CO-01", TEXT, "What is the company's full legal name and registered office?", "As in the commercial register, with the register's number."),
    ask("CO-02", DATE, "Since when has the company existed in its present legal form?", "The day of the entry in the register."),
    choose("CO-03", "How is the company owned?", ["Privately held", "Family owned", "Listed", "Held by an investment fund", "Part of a group", "State owned"], "What is nearest; say more under the next question."),
    ask("CO-04", TEXT, "Who are the owners and the parent companies, up to whoever controls them?", "Names and shares. A change of control is worth an update to your sponsors as well."),
    ask("CO-05", NUMBER, "How many people work for the company?", "Full-time equivalents at the end of last month, agency staff included.", unit="people"),
    ask("CO-06", LIST, "Which services do you offer?", "One a line: manufacture of drug substance, of drug product, filling, packaging, testing, stability, storage, release."),
    ask("CO-07", LIST, "Which kinds of product and dosage form do you make for customers today?", "One a line. Only what ran in the last two years."),
    ask("CO-08", YES_NO, "Do you make or sell medicines under your own name?", "If yes, say which, and how customers' products are kept apart from your own interests."),
    ask("CO-09", FILE, "Your organisation chart", "Name the document and its date, save, then add the file. It shows that quality does not report to production.", "EU GMP 2.2"),
    ask("CO-10", TEXT, "Who speaks for the company in quality, in supply and in contracts?", "Name, function, e-mail and telephone of each."),
)  # fmt: skip

SITES = section(
    "sites", "Sites", "The dossier of your sites: where the work is done and what may be done there.",
    ask("SI-01", LIST, "At which sites do you make, test, pack or store for customers?", "One a line: name, full address, what is done there."),
    ask("SI-02", LIST, "Under which numbers are the sites registered?", "One a line: site and its FEI, DUNS and OMS location, as far as it has them.", "21 CFR 207.25"),
    ask("SI-03", LIST, "Which licences and GMP certificates does each site hold?", "One a line: site, authority, number, what it covers, until when."),
    ask("SI-04", LIST, "Which authorities inspected the sites in the last five years, and with what result?", "One a line: day, authority, site, scope, outcome. Open commitments too."),
    ask("SI-05", FILE, "The site master file of your main site", "Name the document, its edition and its date, save, then add the file.", "EU GMP 4.1, Part III"),
    ask("SI-06", NUMBER, "How large is the area for manufacture of medicines?", "Of all sites together, offices and plant rooms left out.", unit="m²"),
    ask("SI-07", YES_NO, "Are penicillins, cephalosporins, hormones, cytotoxics or other highly active substances handled at any site?", "If yes: which, where, and how they are kept apart.", "EU GMP 3.6; 21 CFR 211.42(d)"),
    ask("SI-08", YES_NO, "Is anything but medicines for people made on the same premises?", "If yes: what, and how the two are kept apart.", "EU GMP 3.6"),
    ask("SI-09", YES_NO, "Are larger building works or moves planned in the next two years?", "If yes: where, when, and what it means for products that run there."),
)  # fmt: skip

FINANCE = section(
    "finance", "Insurance and finance", "Whether the company stands on firm ground. Many mark this section as confidential.",
    ask("IF-01", NUMBER, "What was the turnover of the last closed financial year?", "In million euro, rounded.", unit="million EUR"),
    ask("IF-02", YES_NO, "Were the accounts of the last two years audited without reservation?", "If no: say what was reserved and why."),
    ask("IF-03", FILE, "The annual report or the short form of the accounts", "Name the document and the year, save, then add the file."),
    ask("IF-04", NUMBER, "What share of the turnover comes from your largest customer?", "Per cent of last year; no name.", unit="%"),
    ask("IF-05", NUMBER, "Up to what sum is product liability insured?", "For one event, in million euro.", unit="million EUR"),
    ask("IF-06", DATE, "Until when does the product liability insurance run?", "The last day on the policy."),
    ask("IF-07", YES_NO, "Does an insurance cover customers' material and product while it is with you?", "If yes: up to what value, and what it leaves out."),
    ask("IF-08", YES_NO, "Are there court cases or claims that could endanger supply?", "If yes: what can be said of them."),
)  # fmt: skip

REFERENCES = section(
    "references", "References", "Who can speak of your work, as far as they agreed to be named.",
    ask("RE-01", LIST, "Which customers may be asked about you?", "One a line, with their consent only: company, person, since when, what you do for them."),
    ask("RE-02", NUMBER, "How many processes did you take over from others in the last three years?", "Transfers that reached their first batch for people.", unit="transfers"),
    ask("RE-03", NUMBER, "How many of these passed process validation at the first attempt?", "Of the number above.", unit="transfers"),
    ask("RE-04", NUMBER, "How many audits did customers carry out last year?", "On site and from afar, without inspections of authorities.", unit="audits"),
    ask("RE-05", LIST, "Which approvals of the last five years name you as a manufacturer?", "One a line: market, kind of product, year. No name that is not public."),
    ask("RE-06", YES_NO, "Did a customer end the work with you for reasons of quality in the last five years?", "If yes: what you learned of it. Nobody expects a name."),
)  # fmt: skip
