"""Addresses of products, supplies, batches, agreements, qualifications, imports, duplicates and joining.

They stand before the registry's own, because `cmos/import/` would be read as the number of a CMO.
"""

from django.urls import path

from vendors.registry import agreement_views as agreements
from vendors.registry import approved_list_views as approved
from vendors.registry import deadline_policy_views as policies
from vendors.registry import duplicate_views as duplicates
from vendors.registry import import_views as imports
from vendors.registry import joining_views as joining
from vendors.registry import product_views as products
from vendors.registry import qualification_views as qualifications
from vendors.registry import supply_views as supplies

JOINING = [
    path("cmos/invitations/", joining.joining_list, name="joining-list"),
    path("cmos/<slug:number>/invite/", joining.cmo_invite, name="cmo-invite"),
    path("cmos/<slug:number>/invite/<invitation_act:act>/", joining.cmo_invite_act, name="cmo-invite-act"),
    path("invitations/cmo/<str:token>/", joining.joining_accept, name="joining-accept"),
]
IMPORTS = [
    path("cmos/import/", imports.import_list, name="cmo-import-list"),
    path("cmos/import/files/<slug:kind>.<slug:extension>", imports.import_template, name="cmo-import-template"),
    path("cmos/import/<slug:number>/", imports.import_detail, name="cmo-import-detail"),
    path("cmos/import/<slug:number>/confirm/", imports.import_confirm, name="cmo-import-confirm"),
    path("cmos/import/<slug:number>/discard/", imports.import_discard, name="cmo-import-discard"),
    path("cmos/import/<slug:number>/refused.csv", imports.import_refused, name="cmo-import-refused"),
    path("cmos/duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("cmos/duplicates/<slug:first>/<slug:second>/", duplicates.duplicate_detail, name="duplicate-detail"),
]
PRODUCTS = [
    path("products/", products.product_list, name="product-list"),
    path("products/new/", products.product_create, name="product-create"),
    path("products/<slug:number>/", products.product_detail, name="product-detail"),
    path("products/<slug:number>/edit/", products.product_edit, name="product-edit"),
    path("products/<slug:number>/retire/", products.product_retire, name="product-retire"),
    path("products/<slug:number>/restore/", products.product_restore, name="product-restore"),
    path("products/<slug:number>/supplies/new/", supplies.supply_create, name="supply-create"),
    path("supplies/<slug:number>/", supplies.supply_detail, name="supply-detail"),
    path("supplies/<slug:number>/history/", supplies.supply_history, name="supply-history"),
    path("supplies/<slug:number>/edit/", supplies.supply_edit, name="supply-edit"),
    path("supplies/<slug:number>/remove/", supplies.supply_remove, name="supply-remove"),
    path("supplies/<slug:number>/batches/new/", supplies.batch_create, name="batch-create"),
    path("batches/<slug:number>/edit/", supplies.batch_edit, name="batch-edit"),
    path("batches/<slug:number>/<slug:name>/", supplies.batch_move, name="batch-move"),
]
AGREEMENTS = [
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/<slug:number>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<slug:number>/edit/", agreements.agreement_edit, name="agreement-edit"),
    path("agreements/<slug:number>/end/", agreements.agreement_end, name="agreement-end"),
    path("cmos/<slug:number>/agreements/", agreements.cmo_agreements, name="cmo-agreements"),
    path("cmos/<slug:number>/agreements/new/", agreements.agreement_create, name="agreement-create"),
]
POLICIES = [
    path("deadline-policies/", policies.policy_list, name="policy-list"),
    path("deadline-policies/new/", policies.policy_create, name="policy-create"),
    path("deadline-policies/<slug:number>/", policies.policy_detail, name="policy-detail"),
    path("deadline-policies/<slug:number>/edit/", policies.policy_edit, name="policy-edit"),
    path("deadline-policies/<slug:number>/retire/", policies.policy_retire, name="policy-retire"),
    path("deadline-policies/<slug:number>/restore/", policies.policy_restore, name="policy-restore"),
]
QUALIFICATIONS = [
    path("approved-suppliers/", approved.approved_list, name="approved-list"),
    path("approved-suppliers/export.<slug:kind>", approved.approved_list_export, name="approved-list-export"),
    path("cmos/<slug:number>/qualifications/", qualifications.cmo_qualifications, name="cmo-qualifications"),
    path("cmos/<slug:number>/qualifications/new/", qualifications.qualification_create, name="qualification-create"),
    path("qualifications/<slug:number>/", qualifications.qualification_detail, name="qualification-detail"),
    path("qualifications/<slug:number>/edit/", qualifications.qualification_edit, name="qualification-edit"),
    path("qualifications/<slug:number>/<slug:name>/", qualifications.qualification_move, name="qualification-move"),
]
urlpatterns = [*JOINING, *IMPORTS, *PRODUCTS, *AGREEMENTS, *POLICIES, *QUALIFICATIONS]
