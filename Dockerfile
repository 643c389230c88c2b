# The portal's image: web server, worker, beat and migrations are the same image with another command.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CMO_PORTAL_DATA=/data BIND=0.0.0.0:8000
RUN groupadd --gid 10001 portal && useradd --uid 10001 --gid portal --no-create-home --shell /usr/sbin/nologin portal \
    && mkdir /data && chown portal:portal /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py ./
COPY cmo_portal cmo_portal
COPY vendors vendors
COPY audits audits
COPY communications communications
COPY templates templates
COPY static static
# Collecting needs settings that name PostgreSQL, for the hashed file names of production; it connects to nothing.
RUN CMO_PORTAL_DATA=/tmp/build DATABASE_URL=postgres://nobody@nowhere/nothing SECRET_KEY=only-while-the-image-is-built \
    python manage.py collectstatic --noinput && python -m compileall -q . && rm -rf /tmp/build
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "-m", "cmo_portal.lib.probe", "/healthz"]
CMD ["gunicorn", "-c", "python:cmo_portal.web"]
