# Fireside in a container. Build it with `docker compose build`, or:
#   docker build -t fireside .
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DATABASE_URL=sqlite:////data/library.db \
    STORIES_DIR=/app/seeds \
    METRICS_PORT=9464

WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY LICENSE pyproject.toml ./
COPY bot ./bot
COPY seeds ./seeds

# Never root. A volume mounted at /data takes this owner when it is made.
RUN useradd --uid 10001 --no-create-home fireside \
    && install --directory --owner=fireside --group=fireside /data
USER 10001
VOLUME /data

# A first import of many stories may take minutes; the bot is well once Discord answers.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/healthz', timeout=4)"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
