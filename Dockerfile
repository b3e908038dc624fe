# The image of Latchkey: a Debian with Node.js, and a release in it. Build it from a clone:
#   docker build --tag latchkey .
# It runs as nobody's user, with the root file system read-only if you say so (--read-only --tmpfs /tmp), and keeps what it
# must keep in /var/lib/latchkey. See docs/installation.md.
ARG NODE=24-bookworm

FROM node:${NODE} AS release
WORKDIR /src
COPY . .
RUN npm run release && mv dist/latchkey-*.tar.gz /latchkey.tar.gz

FROM node:${NODE}-slim
RUN --mount=type=bind,source=deploy/image.sh,target=/tmp/image.sh \
    --mount=type=bind,from=release,source=/latchkey.tar.gz,target=/tmp/latchkey.tar.gz \
    sh /tmp/image.sh /tmp/latchkey.tar.gz
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/latchkey
USER 10001:10001
VOLUME /var/lib/latchkey
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process answers. Whether it is ready, with its database, is at /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["latchkey"]
CMD ["start"]
