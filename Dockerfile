# syntax=docker/dockerfile:1
#
# Runs the gateway on a configuration that is mounted, never built in:
#
#   docker build -t switchback .
#   docker run -p 8080:8080 -v "$PWD/conf:/etc/switchback:ro" switchback
#
# conf/ holds switchback.yaml and the three folders that operators edit: routes/, policies/, flags/.
# Mount the directory, or each folder by itself, but never a single file: an edit that replaces a
# file by rename would not be seen. Without a mount the start is refused, since there is no route.
# Another command takes the place of `start`: docker run … switchback check /etc/switchback
#
# Say `store: { dir: /var/lib/switchback }` in switchback.yaml, and with `unleash:` also `backupDir:
# /var/lib/switchback`, and keep that directory in a volume: a configuration mounted read-only has no
# room for the latches, without which the start is refused, nor for the last good flags.
#
# The admin listener is on the container's own loopback, where the health check below reaches it. For
# /metrics and the console give it TLS and tokens (docs/admin-access.md), as compose.yaml does, or share
# the network namespace, as a sidecar does.

# The version that package.json pins for everybody else.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
# The compiler is a development dependency: everything is installed here and pruned after the build.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="switchback" \
  org.opencontainers.image.description="A gateway for moving live traffic from V1 of a service to V2" \
  org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schemas ./schemas
RUN mkdir -p /etc/switchback /var/lib/switchback && chown node:node /etc/switchback /var/lib/switchback
VOLUME /var/lib/switchback
USER node
EXPOSE 8080

# Port and certificate of the admin listener are those of the configuration. Where that is not mounted at
# /etc/switchback, say so here as well.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["node", "/app/dist/main.js", "health", "-c", "/etc/switchback"]

# Node is PID 1 and needs no init before it: it handles SIGTERM itself (as PID 1 only a signal with a
# handler arrives), and the only processes it starts, with `workers:`, are its own to reap. The drain takes up to
# drain.delayMs + lingerMs + graceMs, 9 s by default; where that is more than the 10 s after which
# Docker kills, raise --stop-timeout.
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["start", "-c", "/etc/switchback"]
