# The service and its client. Built by `make image`; run as the chart runs it, with a read-only root and a /tmp.
#   core   Python (numpy, scipy), C, C++, bash
#   full   core, and every other language of sandbox/languages that Debian 13 or npm has
# Name the base by digest, and SOURCE_DATE_EPOCH, to get the same image again from the same packages.
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
ARG SOURCE_DATE_EPOCH
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/verifier
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY sandbox sandbox
COPY verifier verifier
COPY rollout rollout
RUN /opt/verifier/bin/pip install '.[server,opinion,otel,parquet]' \
 && /opt/verifier/bin/pip freeze --all --exclude rollout-verifier >/opt/verifier/packages.txt

FROM ${BASE} AS core
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libnl-route-3-200 python3 python3-numpy python3-scipy bash gcc libc6-dev g++ \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
 && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin verifier
COPY --from=build /opt/verifier /opt/verifier
ENV PATH=/opt/verifier/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER 10001:10001
EXPOSE 50051 50052 9464
ENTRYPOINT []
CMD ["verifier", "serve"]

FROM core AS full
USER 0:0
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      mono-mcs mono-runtime libmono-system-core4.0-cil gfortran golang-go ghc default-jdk-headless default-jre-headless \
      nodejs npm node-lodash node-typescript lua5.4 ocaml-nox fp-compiler perl php-cli php-mbstring php-bcmath \
      pypy3 r-base-core ruby rustc scala sqlite3 \
 && npm install --global --prefix /usr/local --cache /tmp/npm --no-audit --no-fund --loglevel error typescript@5 kotlin-compiler@2.4 \
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /tmp/npm
USER 10001:10001
