"""Addresses of a merged CMO lead on to the same page of the one that carries on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern

from vendors.registry.models import Vendor

View = Callable[..., HttpResponseBase]


class MovedOn(Exception):
    """The CMO asked for was merged; `survivor` carries on."""

    def __init__(self, gone: Vendor, survivor: Vendor) -> None:
        super().__init__(f"{gone.number} was merged into {survivor.number}.")
        self.gone, self.survivor = gone, survivor


def survivor_of(vendor: Vendor) -> Vendor:
    """The CMO that carries on for a merged one, along the whole chain; the CMO itself where it was not merged."""
    seen = {vendor.pk}
    while vendor.merged_into is not None and vendor.merged_into.pk not in seen:
        vendor = vendor.merged_into
        seen.add(vendor.pk)
    return vendor


def refuse_merged(vendor: Vendor) -> None:
    """For what loads a CMO for a page: raises MovedOn where it was merged. Costs nothing where it was not."""
    if vendor.merged_into_id is not None:
        raise MovedOn(vendor, survivor_of(vendor))


def leading_on(view: View) -> View:
    """Answers MovedOn with the way to the same page of the survivor."""

    @wraps(view)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except MovedOn as moved:
            return redirect(request.path.replace(moved.gone.number, moved.survivor.number))

    return led


def with_survivors(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """The addresses below `cmos/<number>/`, each leading on; the others as they are."""
    made = []
    for pattern in patterns:
        if str(pattern.pattern).startswith("cmos/<slug:number>/"):
            pattern = URLPattern(pattern.pattern, leading_on(pattern.callback), pattern.default_args, pattern.name)
        made.append(pattern)
    return made
