# Not built where it was written: no container engine was at hand. The steps are those of the README.
FROM node:24-slim AS build
WORKDIR /kunci
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /kunci
COPY --from=build --chown=node:node /kunci/package.json /kunci/package-lock.json ./
COPY --from=build --chown=node:node /kunci/node_modules node_modules
COPY --from=build --chown=node:node /kunci/dist dist
COPY --from=build --chown=node:node /kunci/scripts scripts
COPY --from=build --chown=node:node /kunci/views views
COPY --from=build --chown=node:node /kunci/public public
RUN mkdir data && chown node:node data && chmod 700 data
USER node
VOLUME /kunci/data
EXPOSE 8080
HEALTHCHECK --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/main.js"]
