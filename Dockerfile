# docker build -t auditor . && docker run --rm -v "$PWD:/src:ro" auditor check .
FROM python:3.12-slim-bookworm AS build
COPY . /project
RUN python -m venv /opt/auditor \
    && /opt/auditor/bin/python -m pip install --no-cache-dir --disable-pip-version-check "/project[sam]"

FROM python:3.12-slim-bookworm
# git tells what a repository ignores. Debian's stable release fixes the version well enough.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    # What is mounted belongs to somebody else, and git would not look at it.
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --create-home auditor
COPY --from=build /opt/auditor /opt/auditor
ENV PATH=/opt/auditor/bin:$PATH
USER 10001
WORKDIR /src
ENTRYPOINT ["auditor"]
CMD ["--help"]
