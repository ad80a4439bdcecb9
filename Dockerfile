# The service and its client. Built by `make image`; run as the chart runs it, with a read-only root and a /tmp.
#   core   Python (numpy, scipy), C, C++, bash
#   full   core, and every other language of sandbox/languages that Debian 13 or npm has
# The lists and the steps are in image/, which image/rootfs follows as well, without a builder. Name the base by digest
# and SNAPSHOT (a moment of snapshot.debian.org), and the same commit makes the same files.
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
ARG SOURCE_DATE_EPOCH
ARG SNAPSHOT
RUN --mount=type=bind,source=image,target=/image /image/debian build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY sandbox sandbox
COPY verifier verifier
COPY rollout rollout
RUN --mount=type=bind,source=image,target=/image /image/environment /src

FROM ${BASE} AS core-packages
ARG SOURCE_DATE_EPOCH
ARG SNAPSHOT
RUN --mount=type=bind,source=image,target=/image /image/debian core

FROM core-packages AS core
ARG SOURCE_DATE_EPOCH
COPY --from=build /opt/verifier /opt/verifier
RUN --mount=type=bind,source=image,target=/image --mount=type=bind,from=build,source=/opt/tools,target=/opt/tools \
    /image/finish
ENV PATH=/opt/verifier/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER 10001:10001
EXPOSE 50051 50052 9464
ENTRYPOINT []
CMD ["verifier", "serve"]

# A change of the service leaves the layer of compilers, which is by far the largest, as it is.
FROM core-packages AS full
ARG SOURCE_DATE_EPOCH
ARG SNAPSHOT
RUN --mount=type=bind,source=image,target=/image /image/debian full && /image/languages
COPY --from=build /opt/verifier /opt/verifier
RUN --mount=type=bind,source=image,target=/image --mount=type=bind,from=build,source=/opt/tools,target=/opt/tools \
    /image/finish
ENV PATH=/opt/verifier/bin:/usr/local/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER 10001:10001
EXPOSE 50051 50052 9464
ENTRYPOINT []
CMD ["verifier", "serve"]
