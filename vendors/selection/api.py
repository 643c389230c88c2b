"""The API of this subject."""

ROUTES: tuple[object, ...] = ()
