"""Every record declares a wall that resolves, and on PostgreSQL the wall holds where a query forgets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models

from cmo_portal.accounts.models import Company, Membership, Partnership, User
from cmo_portal.records.actors import NOBODY, SIGN_IN
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled
from cmo_portal.records.trail import TrailEvent
from vendors.registry.models import Vendor

WALLED = [m for m in apps.get_models() if issubclass(m, Walled)]
RECORDS = [m for m in apps.get_models() if issubclass(m, Record)]


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_every_record_declares_its_own_scope(model: type[Record]) -> None:
    assert "scope" in vars(model) or any("scope" in vars(base) for base in model.__mro__[1:-5] if base is not Record)
    assert isinstance(model.scope, Scope)


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_every_path_of_a_scope_ends_at_a_company(model: type[Record]) -> None:
    for path in filter(None, (model.scope.owner, model.scope.partner)):
        current: Any = model
        for part in path.split("__"):
            current = current._meta.get_field(part).related_model
        assert current is Company, f"{model.__name__}: {path}"


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_whom_a_scope_shares_with_is_a_cmo(model: type[Record]) -> None:
    """So a sponsor reads nothing as somebody's partner, and its lists need not ask for it (Scope.can_reach)."""
    last, of = "", model
    for part in filter(None, model.scope.partner.split("__")):
        last, of, model = part, model, model._meta.get_field(part).related_model  # type: ignore[assignment]
    assert (of, last) in {(Vendor, "company"), (Partnership, "partner")} or not last


def test_only_what_cannot_be_shared_is_left_out_of_the_question() -> None:
    """Paths of the Scope line say what a row can be; a row that an action stamps by hand may be anything."""
    shared, own, by_hand = Scope(owner="a", partner="b", shared=True), Scope(owner="a"), Scope()
    found = [(scope.can_reach("sponsor"), scope.can_reach("partner")) for scope in (shared, own, by_hand)]
    assert found == [(False, True), (False, False), (True, True)]


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_every_record_protects_what_it_points_to_and_has_no_many_to_many(model: type[Record]) -> None:
    assert not model._meta.many_to_many
    for field in model._meta.concrete_fields:
        if field.is_relation:
            assert field.remote_field.on_delete is models.PROTECT, field


def test_visible_to_is_one_lazy_predicate(cast: Any, django_assert_num_queries: Any) -> None:
    sam = cast.sam
    with django_assert_num_queries(0):
        rows = User.objects.visible_to(sam)
    assert "IN (" not in str(rows.query)


def test_a_person_sees_only_their_company(cast: Any) -> None:
    seen = {u.name for u in User.objects.visible_to(cast.sam)}
    assert "Quinn Abara" in seen and not {"Pat Huber", "Otto Feld", "Bea Kazlauskas"} & seen


def test_a_company_sees_itself_and_whom_it_works_with(cast: Any) -> None:
    def names(person: User) -> set[str]:
        return {c.name for c in Company.objects.visible_to(person)}

    assert names(cast.sam) == {"Northgate Biopharma", "Alpenglow Pharma Services", "Baltic Fill-Finish"}
    assert names(cast.otto) == {"Otter Therapeutics", "Alpenglow Pharma Services"}
    assert names(cast.bea) == {"Baltic Fill-Finish", "Northgate Biopharma"}


@pytest.mark.postgres
@pytest.mark.django_db
class TestRowLevelSecurity:
    def test_the_application_owns_no_table_and_bypasses_nothing(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_tables where tableowner = current_user")
            assert cursor.fetchone()[0] == 0
            cursor.execute("select rolbypassrls or rolsuper from pg_roles where rolname = current_user")
            assert cursor.fetchone()[0] is False

    @pytest.mark.parametrize("model", WALLED, ids=lambda m: m.__name__)
    def test_every_walled_table_has_its_policy(self, model: type[Walled]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select relrowsecurity, (select count(*) from pg_policies where tablename = relname) "
                "from pg_class where relname = %s",
                [model._meta.db_table],
            )
            assert cursor.fetchone() == (True, 3)

    @pytest.mark.parametrize("model", WALLED, ids=lambda m: m.__name__)
    def test_nobody_finds_no_row_without_any_scope(self, model: type[Walled]) -> None:
        with acting_as(NOBODY):
            assert not model._base_manager.all().exists()

    @pytest.mark.parametrize("name", ["sam", "otto", "pat", "bea"])
    def test_a_query_that_forgets_its_scope_finds_what_the_scope_would(self, name: str, cast: Any) -> None:
        person = getattr(cast, name)
        for model in WALLED:
            scoped = set(model._base_manager.filter(model.scope.for_actor(person)).values_list("pk", flat=True))
            with acting_as(person):
                bare = set(model._base_manager.all().values_list("pk", flat=True))
            assert bare == scoped, model

    def test_sign_in_reads_accounts_and_nothing_else(self) -> None:
        with acting_as(SIGN_IN):
            assert User.objects.exists() and Membership.objects.exists()
            assert not TrailEvent.objects.exists()

    def test_a_company_cannot_write_into_another(self, cast: Any) -> None:
        northgate, otto = cast.sam.company_id, cast.otto
        with pytest.raises(DatabaseError), acting_as(otto), connection.cursor() as cursor:
            cursor.execute(
                "insert into records_trailevent (record_type, record_number, seq, at, actor_ref, actor_name, action,"
                " body, salt, sealed, hash, wall_owner, wall_shared) values"
                " ('x','x',1,now(),'x','x','x','{}','','','x',%s,false)",
                [northgate],
            )

    @pytest.mark.parametrize(
        ("name", "statement"),
        [
            ("pat", "update accounts_company set name = 'x' where name = 'Northgate Biopharma'"),
            ("otto", "update accounts_company set name = 'x' where name = 'Alpenglow Pharma Services'"),
            ("otto", "update vendors_regulatoryevent set outcome = 'NAI'"),
            ("bea", "update vendors_vendor set name = 'x' where name = 'Alpenglow Pharma Services'"),
        ],
    )
    def test_what_one_may_read_one_may_not_therefore_rewrite(self, name: str, statement: str, cast: Any) -> None:
        person = getattr(cast, name)
        with acting_as(person), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0

    def test_a_row_never_changes_hands(self, cast: Any) -> None:
        pat = cast.pat
        with pytest.raises(DatabaseError), acting_as(pat), connection.cursor() as cursor:
            cursor.execute("update vendors_vendor set wall_owner = %s", [pat.company_id])

    def test_no_record_can_be_deleted(self, cast: Any) -> None:
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("delete from accounts_invitation")

    def test_an_actor_is_gone_after_an_exception(self, cast: Any) -> None:
        sam = cast.sam
        with pytest.raises(RuntimeError), acting_as(NOBODY), acting_as(sam):
            raise RuntimeError
        with acting_as(NOBODY):
            assert not User.objects.exists()


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_every_record_says_what_it_takes_to_read_its_trail(model: type[Record]) -> None:
    with_its_record, a_persons_own = {"Attachment"}, {"SavedView", "Absence", "Mute", "NoticeSettings", "Snooze"}
    assert model.read_permission or model.__name__ in with_its_record | a_persons_own


@pytest.mark.django_db
class TestWhoReadsTheTrail:
    def test_an_administrator_reads_of_people_and_not_of_quality(self, cast: Any) -> None:
        types = set(TrailEvent.objects.open_to(cast.ada).values_list("record_type", flat=True))
        assert types and {name.split(".")[0] for name in types} == {"accounts"}

    def test_a_partner_reads_its_own_acts_and_no_reason_of_its_sponsor(self, cast: Any) -> None:
        from vendors.registry.actions import add_vendor, revise_vendor

        vendor = add_vendor(cast.sam.company, by=cast.sam, name="Wall Test Pharma")
        revise_vendor(vendor, by=cast.sam, reason="They are too dear", country="AT")
        for reader in (cast.uwe, cast.pat, cast.otto):
            assert not TrailEvent.objects.visible_to(reader).filter(record_number=vendor.number).exists()
        assert TrailEvent.objects.visible_to(cast.sam).filter(record_number=vendor.number).count() == 2
