"""Certificates and capacity offers of the demo's sites, by the key of the site; days count from the day of the seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A certificate: issued and ending so many days from today."""

    kind: str
    authority: str
    reference: str
    issued: int
    ends: int
    covers: str = ""


@dataclass(frozen=True)
class Promise:
    """A capacity offer: its window and its end so many days from today; without a name nobody has signed it off."""

    line: str
    service: str
    dosage_form: str
    start: int
    end: int
    quantity: int
    unit: str
    confidence: str
    ends: int
    signed_by: str = ""


CERTIFICATES: dict[str, tuple[Paper, ...]] = {
    "linz": (
        Paper("gmp", "AGES (Austria)", "INS-482211-0093", -400, 690, "Aseptic filling, lyophilisation"),
        Paper("mia", "AGES (Austria)", "MIA-482211", -1500, 66, "Sterile dosage forms"),
    ),
    "graz": (Paper("gmp", "AGES (Austria)", "INS-482211-0101", -980, 118, "Non-sterile solids"),),
    "salzburg": (Paper("gmp", "AGES (Austria)", "INS-482211-0107", -300, 790, "Quality control testing"),),
    "vilnius": (
        Paper("gmp", "VVKT (Lithuania)", "LT/14H/2026", -210, 880, "Aseptic filling"),
        Paper("mia", "VVKT (Lithuania)", "G-0311", -900, 930, "Sterile dosage forms"),
    ),
    "kaunas": (Paper("gmp", "VVKT (Lithuania)", "LT/09H/2023", -1070, 24, "Secondary packaging"),),
    "athlone": (Paper("gmp", "HPRA (Ireland)", "33217/M12266", -1100, -5, "Aseptic filling, cytotoxics"),),
    "sligo": (Paper("gmp", "HPRA (Ireland)", "33217/M12270", -500, 590, "Sterility and chemical testing"),),
    "parma": (Paper("gmp", "AIFA (Italy)", "IT/118/H/2025", -420, 670, "Non-sterile solids"),),
    "latina": (Paper("iso", "Certiquality Italia", "ISO 15378 no. 20881", -700, 390, "Primary packaging"),),
    "madison": (Paper("gmp", "HPRA (Ireland)", "33217/M14410", -640, 455, "Biological drug substance"),),
    "toyama": (Paper("gmp", "PMDA (Japan)", "2461-0113", -1200, 620, "Peptide drug substance"),),
    "ankleshwar": (Paper("gmp", "FDCA Gujarat", "WHO-GMP 21/0914", -1010, 84, "Chemical drug substance"),),
    "odense": (Paper("gmp", "DKMA (Denmark)", "DK H 00119026", -150, 940, "Inhalation products"),),
    "fremont": (Paper("other", "California FDB", "Drug licence 77120", -200, 165, "Manufacture of biologics"),),
}

OFFERS: dict[str, tuple[Promise, ...]] = {
    "linz": (
        Promise("Line A2", "fill_finish", "vial_liquid", 100, 280, 14, "batches", "high", 58, "Jonas Steiner"),
        Promise("LY-3", "fill_finish", "vial_lyo", 190, 370, 6, "batches", "medium", 110, "Jonas Steiner"),
        Promise("Line S1", "fill_finish", "pfs", 60, 150, 4, "batches", "low", 40),
    ),
    "graz": (Promise("Roller compaction", "dp_mfg", "tablet", 30, 120, 2400, "kg", "high", 20, "Elke Moser"),),
    "vilnius": (
        Promise("Line 2", "fill_finish", "vial_liquid", 45, 220, 20, "batches", "high", 75, "Rasa Jonaitė"),
        Promise("Line 3", "fill_finish", "pfs", -120, -20, 8, "batches", "medium", -30, "Rasa Jonaitė"),
    ),
    "athlone": (Promise("Isolator line C", "fill_finish", "vial_lyo", 210, 330, 5, "batches", "medium", 95),),
    "parma": (Promise("Encapsulation 2", "dp_mfg", "hard_capsule", 20, 200, 1800, "kg", "high", 130, "Dario Conti"),),
    "madison": (Promise("Train 2", "api_mfg", "api", 240, 420, 8, "batches", "medium", 140, "Curtis Hale"),),
    "toyama": (Promise("Reactor R-5", "api_mfg", "api", 90, 260, 45, "kg", "high", 88, "Kenji Mori"),),
    "odense": (Promise("DPI filling 2", "dp_mfg", "inhalation", 70, 250, 900, "kg", "medium", 200, "Bo Iversen"),),
    "fremont": (Promise("Suite 2", "api_mfg", "api", 120, 300, 6, "batches", "medium", 61, "Ravi Anand"),),
}
