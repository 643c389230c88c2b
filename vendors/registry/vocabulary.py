"""The field's own words as choices: what is made, how, where, and what stands between a sponsor and a CMO."""

from django.db.models import TextChoices


class Modality(TextChoices):
    SMALL_MOLECULE = "small_molecule", "Small-molecule API"
    HPAPI = "hpapi", "HPAPI"
    PEPTIDE = "peptide", "Peptide"
    OLIGONUCLEOTIDE = "oligonucleotide", "Oligonucleotide"
    MAB = "mab", "mAb or recombinant protein"
    ADC = "adc", "ADC"
    VACCINE = "vaccine", "Vaccine"
    VIRAL_VECTOR = "viral_vector", "Plasmid or viral vector"
    CELL_THERAPY = "cell_therapy", "Cell therapy"
    BLOOD_PRODUCT = "blood_product", "Blood product"


class DosageForm(TextChoices):
    TABLET = "tablet", "Tablet"
    HARD_CAPSULE = "hard_capsule", "Hard capsule"
    SOFTGEL = "softgel", "Softgel"
    ORAL_LIQUID = "oral_liquid", "Oral liquid"
    POWDER = "powder", "Powder or sachet"
    TOPICAL = "topical", "Topical semi-solid"
    TRANSDERMAL = "transdermal", "Transdermal"
    SUPPOSITORY = "suppository", "Suppository"
    OPHTHALMIC = "ophthalmic", "Ophthalmic"
    NASAL = "nasal", "Nasal"
    INHALATION = "inhalation", "MDI or DPI"
    VIAL_LIQUID = "vial_liquid", "Vial, liquid"
    VIAL_LYO = "vial_lyo", "Vial, lyophilised"
    PFS = "pfs", "Pre-filled syringe"
    CARTRIDGE = "cartridge", "Cartridge"
    LVP = "lvp", "LVP bag"
    IMPLANT = "implant", "Implant"
    API = "api", "Drug substance"


class Service(TextChoices):
    API = "api_mfg", "API manufacture"
    DRUG_PRODUCT = "dp_mfg", "Drug product manufacture"
    FILL_FINISH = "fill_finish", "Fill-finish"
    PRIMARY_PACKAGING = "primary_packaging", "Primary packaging"
    SECONDARY_PACKAGING = "secondary_packaging", "Secondary packaging"
    TESTING = "testing", "Testing laboratory"
    STABILITY = "stability", "Stability"
    STERILISATION = "sterilisation", "Sterilisation"
    STORAGE = "storage", "Storage and distribution"
    QP_RELEASE = "qp_release", "QP release"
    DEVELOPMENT = "development", "Development"


class Scale(TextChoices):
    LAB = "lab", "Laboratory"
    PILOT = "pilot", "Pilot"
    CLINICAL = "clinical", "Clinical"
    COMMERCIAL = "commercial", "Commercial"


class Confidence(TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class QualificationStatus(TextChoices):
    PENDING = "pending", "In qualification"
    APPROVED = "approved", "Qualified"
    CONDITIONAL = "conditional", "Conditional"
    SUSPENDED = "suspended", "Suspended"
    DISQUALIFIED = "disqualified", "Disqualified"
    EXPIRED = "expired", "Expired"
    RETIRED = "retired", "Retired"


# The worst first; a retired row says nothing about today.
WORST_FIRST = ("disqualified", "suspended", "expired", "conditional", "pending", "approved")


class AgreementKind(TextChoices):
    CDA = "cda", "CDA"
    MSA = "msa", "MSA"
    SOW = "sow", "SOW"
    SUPPLY = "supply", "Supply agreement"


class CertificateKind(TextChoices):
    GMP = "gmp", "GMP certificate"
    MIA = "mia", "Manufacturing licence (MIA)"
    ISO = "iso", "ISO certificate"
    OTHER = "other", "Other"


class ContactRole(TextChoices):
    QUALITY = "quality", "Quality"
    BUSINESS = "business", "Business development"
    PROJECT = "project", "Project management"
    SUPPLY = "supply", "Supply chain"
    TECHNICAL = "technical", "Technical"
    REGULATORY = "regulatory", "Regulatory"
    EMERGENCY = "emergency", "24 h"


class SupplyRole(TextChoices):
    PRIMARY = "primary", "Primary"
    ALTERNATE = "alternate", "Alternative"


class SupplyStage(TextChoices):
    DEVELOPMENT = "development", "Development"
    CLINICAL = "clinical", "Clinical"
    TRANSFER = "transfer", "Technology transfer"
    COMMERCIAL = "commercial", "Commercial"
    ENDED = "ended", "Ended"


class BatchStatus(TextChoices):
    PLANNED = "planned", "Planned"
    IN_PROCESS = "in_process", "In process"
    TESTING = "testing", "In testing"
    RELEASED = "released", "Released"
    REJECTED = "rejected", "Rejected"
