# syntax=docker/dockerfile:1.7
# The worker, the server and the starter in an image that holds nothing else: no shell, no package, no root.
FROM golang:1.26.8-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOFLAGS=-trimpath go build -ldflags="-s -w" -o /out/bin/ ./worker ./server ./starter
RUN mkdir -p /out/data/var/lib/centogiorni /out/data/tmp

# From scratch: the programs are static and carry the zone database; the certificate authorities come from the pinned
# image above. So there is no second base image to pin and to patch.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/bin/ /bin/
COPY --from=build --chown=65532:65532 /out/data/ /
USER 65532:65532
# The defaults of STATE_DIR, JOURNAL_URL and OUTBOX_DIR are relative: they end up in the volume.
WORKDIR /var/lib/centogiorni
VOLUME /var/lib/centogiorni
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/bin/worker", "-health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/bin/worker"]
