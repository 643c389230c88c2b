"""The installation signs documents, and whoever holds one can prove it with nothing but Python."""

from __future__ import annotations

import hashlib
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.management import CommandError, call_command

from cmo_portal.records import installation_key as ik
from cmo_portal.records import sealing
from cmo_portal.records.record import canonical
from cmo_portal.records.trail import TrailEvent

ROOT = Path(__file__).resolve().parents[2]
VERIFIER = ROOT / "docs" / "verify" / "verify_document.py"
ABOUT = {"number": "AUD-2026-7K3QD", "version": 3, "kind": "audit-report", "issuer": "Northgate Biopharma"}
PDF = b"%PDF-1.7\nfinding: minor\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> Path:
    settings.SIGNING_KEY = str(tmp_path / "keys" / "signing_key")
    return Path(settings.SIGNING_KEY)


def verify(*words: object) -> tuple[int, str]:
    """Exit code and words of the stand-alone script; -I and -S leave it the standard library alone."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def report(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A signed PDF with its signature beside it."""
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    return path, lay_beside(path, ik.sign_document(PDF, **ABOUT))


def lay_beside(path: Path, signed: dict[str, Any]) -> dict[str, Any]:
    Path(f"{path}.sig.json").write_bytes(ik.as_file(signed))
    return signed


class TestKey:
    def test_the_first_signature_makes_a_key_that_only_its_owner_reads(self, key_file: Path) -> None:
        key_id, signature = ik.sign_bytes(b"text")
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert ik.verify_bytes(b"text", signature, key_id)
        assert not ik.verify_bytes(b"texT", signature, key_id)
        assert not ik.verify_bytes(b"text", signature, "0" * 64)
        assert ik.sign_bytes(b"text") == (key_id, signature)

    def test_the_setting_may_be_the_key_itself(self, settings: Any, key_file: Path) -> None:
        settings.SIGNING_KEY = ik.new_secret()
        key_id, signature = ik.sign_bytes(b"text")
        assert ik.verify_bytes(b"text", signature, key_id) and not key_file.exists()

    @pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:AAAA", "hello"])
    def test_a_file_without_a_key_is_refused_with_a_sentence(self, text: str, key_file: Path) -> None:
        key_file.parent.mkdir()
        key_file.write_text(text)
        with pytest.raises(ik.BadKey, match="holds no signing key"):
            ik.sign_bytes(b"text")

    def test_rotation_keeps_what_the_old_key_signed_and_the_old_key_vouches_for_the_new(self, key_file: Path) -> None:
        old, signature = ik.sign_bytes(b"text")
        secret = key_file.read_text()
        call_command("rotate_signing_key", "--reason", "Yearly", verbosity=0)
        new, _ = ik.sign_bytes(b"text")
        assert new != old and secret not in key_file.read_text()
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert ik.verify_bytes(b"text", signature, old)
        first, second, *_ = ik.all_keys()  # and the one that signed the demo's reports
        assert (first.endorsed_by, first.is_endorsed, second.retired_because) == (old, True, "Yearly")
        actions = (
            TrailEvent.objects.filter(record_number=second.number).order_by("seq").values_list("action", flat=True)
        )
        assert list(actions) == ["installation_key.introduce", "installation_key.retire"]
        assert not [fault for fault in sealing.verify() if "installationkey" in fault.where]

    def test_a_key_that_is_the_setting_is_rotated_into_a_file(self, settings: Any, tmp_path: Path) -> None:
        settings.SIGNING_KEY = ik.new_secret()
        old = ik.sign_bytes(b"text")[0]
        with pytest.raises(CommandError, match="name a file for the new one with --into"):
            call_command("rotate_signing_key", "--reason", "Yearly")
        assert ik.all_keys()[0].retired_at is None
        call_command("rotate_signing_key", "--reason", "Yearly", "--into", str(tmp_path / "new"))
        settings.SIGNING_KEY = str(tmp_path / "new")
        assert ik.sign_bytes(b"text")[0] == ik.all_keys()[0].key_id != old
        with pytest.raises(CommandError, match="exists already"):
            call_command("rotate_signing_key", "--reason", "Again", "--into", str(tmp_path / "new"))

    def test_a_key_put_in_the_table_vouches_for_nothing(self) -> None:
        old = ik.current_key()
        forger = Ed25519PrivateKey.generate()
        made = ik.introduce(forger)
        made.endorsed_by, made.endorsement = old.key_id, forger.sign(ik.endorsement_text(made.key_id)).hex()
        assert not made.is_endorsed

    def test_a_stranger_reads_the_fingerprints(self, sign_in: Any, report: Any) -> None:
        ik.rotate(reason="Yearly")
        page, listed = sign_in("").get("/keys/"), sign_in("").get("/keys.json").json()
        assert page.status_code == 200
        text = page.content.decode()
        assert all(key["key_id"] in text for key in listed["keys"])
        assert len(listed["keys"]) == len(ik.all_keys())
        assert listed["current"] == listed["keys"][0]["key_id"]
        assert listed["keys"][1]["retired_because"] == "Yearly"
        assert listed["keys"][0]["endorsed_by"] == listed["keys"][1]["key_id"]
        assert "ed25519:" not in text + json.dumps(listed)


class TestPortalsOwnCheck:
    def test_a_signed_document_is_known_and_an_altered_one_is_not(self) -> None:
        signed = ik.sign_document(PDF, **ABOUT)
        assert ik.verify_document(signed, PDF) is None
        assert "altered after" in str(ik.verify_document(signed, PDF + b" "))
        signed["envelope"]["version"] = 4
        assert "envelope was altered" in str(ik.verify_document(signed, PDF))

    @pytest.mark.parametrize(
        "signed", [None, [], {}, {"envelope": 1, "signature": "zz"}, {"envelope": {}, "signature": ""}]
    )
    def test_what_is_no_signed_document_is_refused(self, signed: Any) -> None:
        assert "no signed document" in str(ik.verify_document(signed, PDF))


class TestStandAloneVerifier:
    def test_a_pdf_is_genuine_by_the_fingerprint_alone(self, report: Any) -> None:
        path, signed = report
        code, said = verify(path, "--key", signed["envelope"]["key_id"])
        assert code == 0 and "Genuine" in said and "AUD-2026-7K3QD" in said

    def test_a_pdf_is_genuine_by_a_key_file_of_each_form(self, report: Any, sign_in: Any, tmp_path: Path) -> None:
        path, signed = report
        raw = bytes.fromhex(signed["public_key"])
        pem = Ed25519PublicKey.from_public_bytes(raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        forms = {"hex": signed["public_key"].encode(), "pem": pem, "keys.json": sign_in("").get("/keys.json").content}
        for name, content in forms.items():
            (tmp_path / name).write_bytes(content)
            assert verify(path, "--key", tmp_path / name)[0] == 0, name

    def test_a_document_of_a_retired_key_stays_genuine(self, report: Any, sign_in: Any, tmp_path: Path) -> None:
        ik.rotate(reason="Yearly")
        (tmp_path / "keys.json").write_bytes(sign_in("").get("/keys.json").content)
        assert verify(report[0], "--key", tmp_path / "keys.json")[0] == 0

    def test_an_altered_pdf_is_found(self, report: Any) -> None:
        path, signed = report
        path.write_bytes(PDF.replace(b"minor", b"major"))
        code, said = verify(path, "--key", signed["envelope"]["key_id"])
        assert code == 1 and "altered after it was signed" in said

    def test_a_forger_who_recomputes_every_digest_is_found(self, report: Any) -> None:
        path, signed = report
        forged = PDF.replace(b"minor", b"major")
        path.write_bytes(forged)
        signed["envelope"]["sha256"] = hashlib.sha256(forged).hexdigest()
        lay_beside(path, signed)
        code, said = verify(path, "--key", signed["envelope"]["key_id"])
        assert code == 1 and "signature does not hold" in said

    @pytest.mark.parametrize("names_own_key", [True, False])
    def test_a_forger_with_a_key_of_their_own_is_found(self, names_own_key: bool, report: Any) -> None:
        path, signed = report
        trusted, forger = signed["envelope"]["key_id"], Ed25519PrivateKey.generate()
        public = forger.public_key().public_bytes_raw()
        forged = PDF.replace(b"minor", b"major")
        path.write_bytes(forged)
        envelope = signed["envelope"] | {"sha256": hashlib.sha256(forged).hexdigest()}
        if names_own_key:
            envelope["key_id"] = hashlib.sha256(public).hexdigest()
        signature = forger.sign(canonical(envelope).encode()).hex()
        lay_beside(path, {"envelope": envelope, "public_key": public.hex(), "signature": signature})
        code, said = verify(path, "--key", trusted)
        assert code == 1 and "NOT GENUINE" in said

    def test_a_signed_json_file_carries_its_content(self, tmp_path: Path) -> None:
        signed = ik.sign_json({"winner": "Züri Pharma", "score": "71.5", "steps": [1, None, True]}, **ABOUT)
        path = tmp_path / "decision.json"
        path.write_bytes(ik.as_file(signed))
        key = signed["envelope"]["key_id"]
        assert verify(path, "--key", key)[0] == 0
        assert ik.verify_document(json.loads(path.read_text())) is None
        signed["document"]["winner"] = "Other Pharma"
        path.write_bytes(ik.as_file(signed))
        assert verify(path, "--key", key)[0] == 1
        signed["envelope"]["sha256"] = hashlib.sha256(canonical(signed["document"]).encode()).hexdigest()
        path.write_bytes(ik.as_file(signed))
        code, said = verify(path, "--key", key)
        assert code == 1 and "signature does not hold" in said

    def test_a_name_that_stands_twice_is_refused(self, report: Any) -> None:
        path, signed = report
        beside = Path(f"{path}.sig.json")
        beside.write_text(beside.read_text().replace('"version": 3', '"version": 4, "version": 3'))
        assert verify(path, "--key", signed["envelope"]["key_id"])[0] == 2

    def test_what_cannot_be_looked_at_exits_2(self, tmp_path: Path) -> None:
        (tmp_path / "x.pdf").write_bytes(PDF)
        assert verify(tmp_path / "x.pdf", "--key", "0" * 64)[0] == 2
        assert verify(tmp_path / "gone.json", "--key", "0" * 64)[0] == 2


@pytest.fixture(scope="module")
def arithmetic() -> dict[str, Any]:
    import runpy

    return runpy.run_path(str(VERIFIER))


# RFC 8032, section 7.1, tests 1 to 3: (public key, message, signature).
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]


class TestArithmetic:
    @pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
    def test_the_examples_of_the_standard_hold(
        self, public: str, message: str, signature: str, arithmetic: dict[str, Any]
    ) -> None:
        holds = arithmetic["signed_by"]
        key, text, proof = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        assert holds(key, text, proof)
        assert not holds(key, text + b"x", proof)
        assert not holds(key, text, proof[:-1] + bytes([proof[-1] ^ 1]))

    def test_it_agrees_with_the_library_on_random_keys(self, arithmetic: dict[str, Any]) -> None:
        for length in range(12):
            private, text = Ed25519PrivateKey.generate(), b"x" * length * 31
            public, signature = private.public_key().public_bytes_raw(), private.sign(text)
            assert arithmetic["signed_by"](public, text, signature)
            flipped = bytes([signature[0] ^ 1]) + signature[1:]
            assert not arithmetic["signed_by"](public, text, flipped)

    def test_a_second_spelling_of_a_signature_is_refused(self, arithmetic: dict[str, Any]) -> None:
        private = Ed25519PrivateKey.generate()
        signature = private.sign(b"text")
        larger = int.from_bytes(signature[32:], "little") + arithmetic["ORDER"]
        again = signature[:32] + larger.to_bytes(32, "little")
        assert not arithmetic["signed_by"](private.public_key().public_bytes_raw(), b"text", again)

    def test_a_key_that_would_sign_everything_is_refused(self, arithmetic: dict[str, Any]) -> None:
        nothing = (1).to_bytes(32, "little")  # the neutral point as key and as commitment
        assert not arithmetic["signed_by"](nothing, b"text", nothing + bytes(32))
