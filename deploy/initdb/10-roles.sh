#!/bin/sh
# Run once by the PostgreSQL image, as its superuser, when the volume is empty: makes both roles and the owner's database.
set -eu
psql -U "$POSTGRES_USER" -d postgres -v owner=cmo_portal_owner -v owner_password="$OWNER_DB_PASSWORD" \
    -v app=cmo_portal_app -v app_password="$APP_DB_PASSWORD" -f /docker-entrypoint-initdb.d/roles.psql
psql -U "$POSTGRES_USER" -d postgres -v ON_ERROR_STOP=1 <<'SQL'
CREATE DATABASE cmo_portal OWNER cmo_portal_owner;
REVOKE ALL ON DATABASE cmo_portal FROM PUBLIC;
GRANT CONNECT ON DATABASE cmo_portal TO cmo_portal_app;
SQL
