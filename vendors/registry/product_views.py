"""Pages of products and programmes: the list, one with its sourcing in words, adding, revising, retiring."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from vendors.registry import product_actions as actions
from vendors.registry.edits import form_page
from vendors.registry.history import history_of
from vendors.registry.sourcing import needs_primary, sourcing_of
from vendors.registry.supply import Product, Qualification, Supply
from vendors.registry.supply_filters import ProductFilter
from vendors.registry.supply_forms import ProductForm

SORTS = {
    "code": ("code", "number"),
    "-code": ("-code", "number"),
    "name": ("name", "number"),
    "-name": ("-name", "number"),
}
PRODUCTS = "vendors:product-list"


@page(P.PRODUCT_VIEW)
def product_list(request: PersonRequest) -> HttpResponse:
    """The sponsor's products, each with the services that hang on one site or on none."""
    rows = Product.objects.visible_to(request.user)
    if not request.GET.get("retired"):
        rows = rows.filter(is_retired=False)
    filters = ProductFilter(request.GET, queryset=rows)
    live = Supply.objects.filter(is_retired=False).order_by("pk")
    products = listing(request, filters.qs.prefetch_related(Prefetch("supplies", live)), sorts=SORTS, noun="product")
    for product in products.rows:
        product.sourcing = sourcing_of(product.supplies.all())
    context = {
        "products": products,
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "may_edit": request.user.may(P.PRODUCT_EDIT),
    }
    return render_page(request, "vendors/product_list.html", "vendors/_product_rows.html", context)


def found_product(request: PersonRequest, number: str) -> Product:
    product: Product = get_object_or_404(
        Product.objects.visible_to(request.user).select_related("sponsor"), number=number
    )
    return product


def crumbs_of(product: Product) -> list[tuple[str, str]]:
    return [("Products", reverse(PRODUCTS)), (product.code, product.get_absolute_url())]


@page(P.PRODUCT_VIEW)
def product_detail(request: PersonRequest, number: str) -> HttpResponse:
    """Who supplies what, how that looks service by service, and the facts."""
    product = found_product(request, number)
    supplies = list(
        Supply.objects.filter(product=product, is_retired=False)
        .select_related("site__vendor")
        .order_by("service", "role", "site__name", "pk")[:200]
    )
    sourcing = sourcing_of(supplies)
    scopes = Qualification.objects.active().filter(product=product).select_related("site__vendor", "product")
    context = {
        "product": product,
        "supplies": supplies,
        "sourcing": sourcing,
        "without_primary": [row.label for row in sourcing if needs_primary(supplies, row.service)],
        "scopes": scopes.order_by("site__name", "service", "pk")[:50],
        "may_edit": request.user.may(P.PRODUCT_EDIT),
        "history": history_of(product, request) if request.user.may(P.HISTORY_VIEW) else None,
        "crumbs": [("Products", reverse(PRODUCTS)), (product.number, "")],
    }
    return render_page(request, "vendors/product_detail.html", None, context)


@page(P.PRODUCT_EDIT)
def product_create(request: PersonRequest) -> HttpResponse:
    form = ProductForm(request.POST or None, instance=Product(sponsor=request.user.company))
    back = reverse(PRODUCTS)

    def act() -> Product:
        return actions.add_product(request.user.company, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading="Add a product",
        back=back,
        said="The product is added: say next who supplies it.",
        verb="Add the product",
        crumbs=[("Products", back)],
    )


@page(P.PRODUCT_EDIT)
def product_edit(request: PersonRequest, number: str) -> HttpResponse:
    product = found_product(request, number)
    heading, crumbs, back = f"Edit {product.code}", crumbs_of(product), product.get_absolute_url()
    form = ProductForm(request.POST or None, instance=product)

    def act() -> None:
        version = form.opened_version
        actions.revise_product(product, by=request.user, version=version, reason=form.reason, **form.values())

    return form_page(request, form, act, heading=heading, back=back, said="The product is saved.", crumbs=crumbs)


@page(P.PRODUCT_EDIT)
def product_retire(request: PersonRequest, number: str) -> HttpResponse:
    product = found_product(request, number)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: actions.retire_product(product, by=request.user, reason=form.cleaned_data["reason"]),
        heading=f"Retire {product.code}",
        back=product.get_absolute_url(),
        said=f"{product.code} is retired.",
        verb="Retire the product",
        crumbs=crumbs_of(product),
        undo=reverse("vendors:product-restore", args=[number]),
    )


@require_POST
@page(P.PRODUCT_EDIT)
def product_restore(request: PersonRequest, number: str) -> HttpResponse:
    product = found_product(request, number)
    actions.bring_back_product(product, by=request.user, reason="Taken back into use")
    say(request, f"{product.code} is back in use.")
    return redirect(product)
