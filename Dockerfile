# The relay in a container, on any machine: docs/deploy.md
#
#     docker build --tag byok-relay .
#     docker run --publish 8787:8787 --env ALLOWED_ORIGINS=https://app.example byok-relay
#
# The image holds Debian's Python, the libraries that it needs, the relay and what that imports. There is no shell in it, no package
# manager and no compiler, and nothing is written when it runs.

# Only to build in. The digest is that of the list of all architectures; the newest: docker buildx imagetools inspect debian:13-slim
FROM debian:13.7-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a AS build

# The packages' versions are those of the day, for Debian's security updates. apt checks who signed them.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends python3-pip

# Without their dependencies, so that this is the whole of what the image takes from Debian. `status.d` tells scanners about it. What is
# compiled here need not be at each start, where nothing can be written: the relay is ready in a third of the time.
WORKDIR /debs
RUN apt-get download \
        base-files libbz2-1.0 libc6 libexpat1 libffi8 libgcc-s1 liblzma5 libpython3.13-minimal libpython3.13-stdlib libssl3t64 libuuid1 \
        libzstd1 python3.13-minimal zlib1g \
    && mkdir --parents /system/var/lib/dpkg/status.d \
    && for deb in *.deb; do \
        dpkg-deb --extract "$deb" /system && dpkg-deb --field "$deb" > "/system/var/lib/dpkg/status.d/${deb%%_*}" || exit 1; \
    done \
    && find /system/usr/share/doc -type f ! -name copyright -delete \
    && rm --recursive /system/usr/share/man /system/usr/lib/*/gconv \
    && python3 -m compileall -q -j 0 --invalidation-mode=unchecked-hash -s /system -p / /system/usr/lib/python3.13

# What the relay imports: these files and no others, as their hashes say. The lock file's first lines tell how to renew it.
WORKDIR /build
COPY server/requirements.txt ./
RUN python3 -m pip install --target=/app --no-cache-dir --no-compile --no-deps --only-binary=:all: --require-hashes --requirement=requirements.txt

COPY LICENSE /app/byok_relay/
COPY src/byok_relay /app/byok_relay
COPY server/byok_relay_server /app/byok_relay_server
COPY public /app/byok_relay_server/public

RUN python3 -m compileall -q -j 0 --invalidation-mode=unchecked-hash /app


FROM scratch
LABEL org.opencontainers.image.title="byok-relay" \
    org.opencontainers.image.description="A stateless relay for apps whose users bring their own API keys" \
    org.opencontainers.image.licenses="MIT"
ENV PYTHONPATH=/app PYTHONSAFEPATH=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /system /
COPY --from=build /app /app
USER 65532:65532

# That all is there which Python needs, before anybody starts the image.
RUN ["/usr/bin/python3.13", "-m", "byok_relay_server", "check"]

EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s \
    CMD ["/usr/bin/python3.13", "-c", "from http.client import HTTPConnection as C; c = C('127.0.0.1', 8787, timeout=2); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["/usr/bin/python3.13", "-m", "byok_relay_server"]
CMD ["serve", "--host", "0.0.0.0"]
