"""The clauses that a finding can name: 21 CFR 210, 211 and 11, EU GMP Part I and annexes, ICH Q7, Q9 and Q10.

Titles are in our own words and only help to choose; what binds is the text of the authority. A clause may be written
deeper than the register goes: `211.22(d)` lies under 211.22, `EU GMP 5.29` under chapter 5, `Annex 1, 9.3` under the
annex. A reference is stored as {"source": "21 CFR 211", "clause": "211.22(d)"} and written `21 CFR 211.22(d)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from cmo_portal.lib.texts import folded

# One line a clause: what it is called there, then our words. Sources in the order in which people look for them.
REGISTER: dict[str, str] = {
    "21 CFR 211": """
211.1 What part 211 applies to
211.3 Meaning of terms
211.22 Quality unit: its duties and its authority
211.25 Training, education and number of people
211.28 Hygiene, clothing and illness of people
211.34 Consultants and their qualification
211.42 Layout of buildings, separation of areas, aseptic processing
211.44 Lighting
211.46 Ventilation, air filtration, heating and cooling
211.48 Plumbing and potable water
211.50 Sewage and refuse
211.52 Washing and toilet facilities
211.56 Sanitation, pest control and cleaning of buildings
211.58 Maintenance of buildings
211.63 Equipment: design, size and place
211.65 Equipment: surfaces, lubricants and coolants
211.67 Equipment: cleaning and maintenance
211.68 Automatic, mechanical and electronic equipment; back-up and access
211.72 Filters for liquids
211.80 Components, containers and closures: written procedures and handling
211.82 Receipt and storage of what is not tested yet
211.84 Sampling, testing, approval or rejection of materials
211.86 Use of approved materials, oldest first
211.87 Testing again after storage
211.89 Rejected materials: identity and control
211.94 Containers and closures: protection, cleaning, sterilisation, depyrogenation
211.100 Written procedures of production and control; deviations
211.101 Weighing and charging of components
211.103 Yield
211.105 Identity of equipment and of what is in it
211.110 In-process sampling and testing; validation of steps that vary
211.111 Time limits of production
211.113 Microbial contamination; validation of aseptic and sterilisation processes
211.115 Reprocessing
211.122 Labels and packaging materials: receipt, examination, storage
211.125 Issue and reconciliation of labels
211.130 Packaging and labelling operations; line clearance
211.132 Tamper-evident packaging of over-the-counter products
211.134 Examination of the packaged product
211.137 Expiry dates
211.142 Warehousing and quarantine
211.150 Distribution and the means to recall
211.160 Laboratory controls: specifications, calibration, deviations
211.165 Testing before release; accuracy of test methods
211.166 Stability testing
211.167 Special tests: sterility, pyrogens, ophthalmic, controlled release
211.170 Reserve samples
211.173 Laboratory animals
211.176 Penicillin contamination
211.180 Records: keeping, access, yearly review
211.182 Equipment cleaning and use log
211.184 Records of components, containers, closures and labels
211.186 Master production and control records
211.188 Batch production and control records
211.192 Review of records and investigation of discrepancies
211.194 Laboratory records
211.196 Distribution records
211.198 Complaint files
211.204 Returned products
211.208 Salvage after improper storage""",
    "21 CFR 210": """
210.1 What the GMP rules are, and what follows where they are not met
210.2 Which rules apply where several could
210.3 Meaning of terms""",
    "EU GMP": """
1 Pharmaceutical quality system
1.10 Product quality review
1.12 Quality risk management
2 Personnel
3 Premises and equipment
3.6 Premises against cross-contamination
4 Documentation
4.8 Records made when the work is done
5 Production
5.19 Measures against cross-contamination
5.27 Selection, approval and upkeep of suppliers of starting materials
5.29 Audits of makers and distributors of active substances
6 Quality control
7 Outsourced activities
8 Complaints, quality defects and recalls
9 Self-inspection
Annex 1 Sterile products; contamination control strategy
Annex 2 Biological active substances and products
Annex 3 Radiopharmaceuticals
Annex 4 Veterinary products other than immunological ones
Annex 5 Immunological veterinary products
Annex 6 Medicinal gases
Annex 7 Herbal products
Annex 8 Sampling of starting and packaging materials
Annex 9 Liquids, creams and ointments
Annex 10 Pressurised metered-dose aerosols for inhalation
Annex 11 Computerised systems
Annex 12 Ionising radiation in manufacture
Annex 13 Investigational products
Annex 14 Products from human blood or plasma
Annex 15 Qualification and validation
Annex 16 Certification by the qualified person and batch release
Annex 17 Real-time release testing and parametric release
Annex 19 Reference and retention samples
Annex 21 Importation""",
    "ICH Q7": """
1 What Q7 covers
2 Quality management of active substances
2.1 Principles of quality management
2.2 Duties of the quality unit
2.3 Duties of production
2.4 Self-inspection
2.5 Product quality review
3 Personnel
3.1 Qualification and training of people
3.2 Hygiene of people
3.3 Consultants
4 Buildings and facilities
4.1 Design and construction of buildings
4.2 Utilities
4.3 Water
4.4 Containment
4.5 Lighting
4.6 Sewage and refuse
4.7 Sanitation and maintenance
5 Process equipment
5.1 Design and construction of equipment
5.2 Equipment maintenance and cleaning
5.3 Calibration
5.4 Computerised systems
6 Documentation and records
6.1 Document control and specifications
6.2 Equipment cleaning and use records
6.3 Records of raw materials, intermediates, labels and packaging
6.4 Master production instructions
6.5 Batch production and control records
6.6 Laboratory control records
6.7 Review of batch records before release
7 Materials management
7.1 Control and evaluation of suppliers
7.2 Receipt and quarantine
7.3 Sampling and testing of incoming materials
7.4 Storage of materials
7.5 Re-evaluation of materials
8 Production and in-process controls
8.1 Production operations
8.2 Time limits
8.3 In-process sampling and controls
8.4 Blending of batches
8.5 Contamination control
9 Packaging and identification labelling
9.1 Packaging procedures
9.2 Packaging materials
9.3 Issue and control of labels
9.4 Packaging and labelling operations
10 Storage and distribution
10.1 Warehousing
10.2 Distribution
11 Laboratory controls
11.1 Laboratory procedures, out-of-specification results
11.2 Testing of intermediates and active substances
11.3 Validation of analytical procedures
11.4 Certificates of analysis
11.5 Stability monitoring
11.6 Expiry and retest dates
11.7 Reserve samples
12 Validation
12.1 Validation policy
12.2 Validation protocols and reports
12.3 Qualification
12.4 Approaches to process validation
12.5 Process validation programme
12.6 Periodic review of validated systems
12.7 Cleaning validation
12.8 Validation of analytical methods
13 Change control
14 Rejection and use again of materials
14.1 Rejection
14.2 Reprocessing
14.3 Reworking
14.4 Recovery of materials and solvents
14.5 Returns
15 Complaints and recalls
16 Contract manufacturers and laboratories
17 Agents, brokers, traders, distributors, repackers and relabellers
18 Active substances by cell culture or fermentation
18.1 General matters of cell culture and fermentation
18.2 Cell banks and their records
18.3 Cell culture and fermentation
18.4 Harvest, isolation and purification
18.5 Removal and inactivation of viruses
19 Active substances for clinical trials
20 Meaning of terms""",
    "ICH Q9": """
3 Principles of quality risk management
4 The process of quality risk management
4.1 Who decides and who takes part
4.2 Starting a risk management process
4.3 Risk assessment
4.4 Risk control
4.5 Risk communication
4.6 Risk review
5 Methods, degree of formality and decisions based on risk
6 Risk management within industry and authorities
Annex I Methods and tools of risk management
Annex II Where risk management can be used""",
    "ICH Q10": """
1 Pharmaceutical quality system
1.5 Aims of the quality system
1.6 Knowledge management and risk management
1.7 Design and content of the quality system
1.8 Quality manual
2 Management responsibility
2.1 Commitment of management
2.2 Quality policy
2.3 Quality planning
2.4 Resources
2.5 Internal communication
2.6 Management review
2.7 Outsourced activities and purchased materials
2.8 Change of ownership of a product
3 Continual improvement of process and product
3.1 Aims at each stage of a product's life
3.2 Elements of the quality system
3.2.1 Monitoring of process performance and product quality
3.2.2 Corrective and preventive action
3.2.3 Change management
3.2.4 Management review of process and product
4 Continual improvement of the quality system
4.1 Management review of the quality system
4.2 Watching what affects the quality system
4.3 Outcomes of review and watching""",
    "21 CFR 11": """
11.1 What part 11 applies to
11.2 Where electronic records may take the place of paper
11.3 Meaning of terms
11.10 Controls of closed systems
11.10(a) Validation of systems
11.10(b) Copies for inspection
11.10(c) Protection of records while they are kept
11.10(d) Access limited to those who may
11.10(e) Audit trail with time stamps
11.10(f) Checks of the order of steps
11.10(g) Checks of authority
11.10(h) Checks of devices
11.10(i) Training of those who build, keep and use the system
11.10(j) Policy that holds people to their signature
11.10(k) Control of system documentation
11.30 Controls of open systems
11.50 What a signature shows: name, time, meaning
11.70 Signature bound to its record
11.100 Signatures belong to one person; identity is checked
11.200 Parts and controls of a signature
11.300 Identification codes and passwords""",
}
FOUND = 12  # what the picker shows at once
TOPIC = re.compile(r"(Annex [0-9IVX]+|[0-9]+(?:\.[0-9]+)*(?:\([a-z0-9]+\))*)(.*)", re.DOTALL)
DEEPER = re.compile(r"(?:,? ?[0-9]+(?:\.[0-9]+)*|\.[0-9]+)?(?:\([a-z0-9]{1,4}\))*")
NAMES = (  # what people type, longest first, and the source they mean; a CFR clause says its part itself
    (re.compile(r"21\s*cfr(?:\s*part)?\s*", re.I), "21 CFR"),
    (re.compile(r"(?:eu\s*[- ]?gmp|eudralex)(?:\s*part\s*(?:i|1)(?![0-9.]))?[,:]?\s*(?:chapter\s*)?", re.I), "EU GMP"),
    (re.compile(r"(?:ich\s*)?q7(?:\s*section)?\s*", re.I), "ICH Q7"),
    (re.compile(r"(?:ich\s*)?q9(?:\(r1\))?(?:\s*section)?\s*", re.I), "ICH Q9"),
    (re.compile(r"(?:ich\s*)?q10(?:\s*section)?\s*", re.I), "ICH Q10"),
)


@dataclass(frozen=True)
class Clause:
    """One clause of the register, or a deeper one under it with the title of what it lies under."""

    source: str
    clause: str
    title: str

    @property
    def words(self) -> str:
        return written({"source": self.source, "clause": self.clause})

    @property
    def ref(self) -> dict[str, str]:
        return {"source": self.source, "clause": self.clause}


def rows() -> list[Clause]:
    found = []
    for source, text in REGISTER.items():
        for line in text.strip().splitlines():
            match = TOPIC.fullmatch(line)
            if match is None:
                raise ValueError(f"The register cannot read {line!r}.")
            found.append(Clause(source, match[1], match[2].strip()))
    return found


def written(ref: Any) -> str:
    """`21 CFR 211.22(a)`, `EU GMP Annex 1, 9.3`: how a stored reference reads."""
    source, clause = str(ref.get("source", "")).strip(), str(ref.get("clause", "")).strip()
    head, _, part = source.rpartition(" ")
    if head == "21 CFR" and clause.startswith(f"{part}."):
        source = head
    return f"{source} {clause}".strip()


CLAUSES = rows()
BY_NAME = {(row.source, row.clause): row for row in CLAUSES}
HAYSTACK = [(folded(f"{row.words} {row.source} {row.title}"), row) for row in CLAUSES]


def in_words(refs: Any) -> str:
    """Every clause of a finding in one line."""
    return "; ".join(written(ref) for ref in refs or ())


def above(source: str, clause: str) -> Clause | None:
    """The clause of the register under which `clause` lies, itself included; None where there is none."""
    fitting = [row for row in CLAUSES if row.source == source and lies_under(clause, row.clause)]
    return max(fitting, key=lambda row: len(row.clause), default=None)


def lies_under(clause: str, upper: str) -> bool:
    rest = clause.removeprefix(upper)
    return clause.startswith(upper) and (not rest or (rest[0] in ".(, " and DEEPER.fullmatch(rest) is not None))


def parse(text: str) -> Clause:
    """The clause that somebody typed. Raises ValueError with the sentence for the field."""
    typed = " ".join(text.split()).strip(" ;,.")
    for name, source in NAMES:
        match = name.match(typed)
        if match is None:
            continue
        clause = re.sub(r"^annex", "Annex", typed[match.end() :], flags=re.IGNORECASE)
        if source == "21 CFR":
            source = f"21 CFR {clause.partition('.')[0]}"
        found = above(source, clause)
        if found is not None:
            return Clause(source, clause, found.title)
    raise ValueError(f"“{typed[:60]}” is not in the register: search by a word, or write it like 21 CFR 211.192.")


def search(words: str, limit: int = FOUND) -> list[Clause]:
    """Clauses that answer to every word, those whose name begins like it first. A deeper clause is offered as typed."""
    asked = folded(words).split()
    if not asked:
        return CLAUSES[:limit]
    hits = [row for text, row in HAYSTACK if all(word in text for word in asked)]
    hits.sort(key=lambda row: not any(folded(row.clause).startswith(word) for word in asked))
    deeper = [row for row in typed_clauses(words) if (row.source, row.clause) not in BY_NAME]
    return [*deeper, *hits][:limit]


def typed_clauses(words: str) -> list[Clause]:
    """What the words name as they stand: `211.22(d)` needs no source before it."""
    found = []
    for prefix in ("", "21 CFR ", "EU GMP "):
        if prefix and not re.match(r"(?:[0-9]{2,3}\.|annex )", words.strip(), re.I):
            continue
        try:
            found.append(parse(f"{prefix}{words.strip()}"))
        except ValueError:
            continue
    return found


def topic(ref: Any) -> str:
    """The clause of the register that a reference lies under, as repeats and trends compare it."""
    source, clause = str(ref.get("source", "")), str(ref.get("clause", ""))
    if source == "21 CFR":
        source = f"21 CFR {clause.partition('.')[0]}"
    found = above(source, clause)
    return found.words if found else written(ref)
