# The image of Octet: one for all roles. `docker build -t octet .`, then `docker run -p 8080:8080 -v octet:/data octet`
# starts the service on its own PostgreSQL; the command `web` or `worker` starts one part of it (see docker-compose.yml).

FROM eclipse-temurin:25-jdk-noble AS build
# mvnw unpacks Maven with it.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends unzip \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY mvnw pom.xml openapi.yaml ./
COPY .mvn .mvn
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -Dmaven.test.skip=true
# Libraries and our own classes apart, so that a new version of ours is a small layer.
RUN java -Djarmode=tools -jar target/octet.jar extract --layers --destination /layers

FROM eclipse-temurin:25-jre-noble
RUN groupadd --gid 10001 octet \
    && useradd --uid 10001 --gid octet --create-home octet \
    && install -d -o octet -g octet /data /blobs /opt/octet
USER 10001:10001
WORKDIR /opt/octet
COPY --from=build --chown=octet:octet /layers/dependencies/ ./
COPY --from=build --chown=octet:octet /layers/snapshot-dependencies/ ./
COPY --from=build --chown=octet:octet /layers/application/ ./
# A start for training: what it loads and links is kept, so that later starts need a fraction of the time.
RUN java -XX:AOTCacheOutput=/opt/octet/octet.aot -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -Dspring.context.exit=onRefresh -jar /opt/octet/octet.jar serve --octet.data=/tmp/training --server.port=0 \
    && rm -rf /tmp/training

# Every property can be given so, in Spring's spelling: octet.worker.max-attempts is OCTET_WORKER_MAXATTEMPTS.
# Options of Java go into JDK_JAVA_OPTIONS; engines do not see them.
ENV OCTET_DATA=/data \
    SERVER_PORT=8080 \
    ORT_DISABLE_TELEMETRY=1
VOLUME /data
EXPOSE 8080
# There is neither curl nor wget in the image, but bash can speak to a port.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["java", "-XX:AOTCache=/opt/octet/octet.aot", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", \
    "--enable-native-access=ALL-UNNAMED", "-jar", "/opt/octet/octet.jar"]
CMD ["serve"]
