# syntax=docker/dockerfile:1
# The image holds what runs and nothing else: no secret, no development package, no package manager's cache. It needs two volumes:
# /var/lib/gatehouse (the store) and /etc/gatehouse/keys (the keys), and works with a read-only root file system.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# The image brings Node 24 itself, so the package that would fetch it runs no script here; swc's binary needs none.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts/build.mjs scripts/
COPY src src
COPY views views
RUN node scripts/build.mjs

FROM node:24-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    GATEHOUSE_HOST=0.0.0.0 \
    GATEHOUSE_PORT=3000 \
    GATEHOUSE_STORE=sqlite:/var/lib/gatehouse/gatehouse.db \
    GATEHOUSE_KEYS=/etc/gatehouse/keys
RUN install -d -o node -g node -m 0700 /var/lib/gatehouse /etc/gatehouse/keys
WORKDIR /opt/gatehouse
COPY package.json LICENSE ./
COPY --from=packages /build/node_modules node_modules
COPY --from=build /build/dist dist
USER node
VOLUME ["/var/lib/gatehouse", "/etc/gatehouse/keys"]
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "--input-type=module", "--eval", "const { readConfig } = await import('/opt/gatehouse/dist/config/config.js'); const answer = await fetch(`http://127.0.0.1:${readConfig(process.env).port}/healthz`); process.exit(answer.ok ? 0 : 1);"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
