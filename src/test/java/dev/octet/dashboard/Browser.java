package dev.octet.dashboard;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A true browser without a window, on this machine's Chromium. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Path PICTURES = Path.of("target/screenshots");
    private static final String AXE = axe();

    private final ChromeDriver driver;
    private final URI base;

    private Browser(ChromeDriver driver, URI base) {
        this.driver = driver;
        this.base = base;
    }

    /**
     * Starts the browser. Without one, the test is skipped with a word on the error stream; where {@code CI=true}, it fails.
     *
     * @param base where the service is
     */
    static Browser start(URI base) {
        Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
        Optional<Path> chromedriver = program("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing = "NOT TESTED: the web pages, for want of Chromium and chromedriver";
            System.err.println(missing);
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(missing);
            }
            Assumptions.abort(missing);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.get().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--window-size=1280,1600");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.get().toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options), base);
    }

    private static Optional<Path> program(String... names) {
        Stream<String> folders = Stream.of(System.getenv("CHROMEWEBDRIVER"), System.getenv("PATH"), "/usr/bin")
                .filter(Objects::nonNull)
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)));
        return folders.flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String axe() {
        try {
            return Files.readString(Path.of("src/test/resources/axe-core/axe.min.js"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open(String path) {
        driver.get(base.resolve(path).toString());
    }

    String address() {
        return Objects.requireNonNull(driver.getCurrentUrl());
    }

    String title() {
        return Objects.requireNonNull(driver.getTitle());
    }

    /** The first such element, once there is one. */
    WebElement find(String css) {
        return until(
                css, () -> driver.findElements(By.cssSelector(css)).stream().findFirst());
    }

    List<WebElement> findAll(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Presses the button with those words. */
    void press(String words) {
        By button = By.xpath("//button[normalize-space()='" + words + "']");
        until(words, () -> driver.findElements(button).stream().findFirst()).click();
    }

    /** Unfolds everything that is folded, so that it can be used. */
    void unfold() {
        run("document.querySelectorAll('details').forEach((each) => { each.open = true; }); return true");
    }

    /** Chooses files for the page's place for files. */
    void drop(Path... files) {
        String paths =
                Stream.of(files).map(file -> file.toAbsolutePath().toString()).collect(Collectors.joining("\n"));
        find(".drop input[type=file]").sendKeys(paths);
    }

    void fill(String css, String text) {
        WebElement control = find(css);
        control.clear();
        control.sendKeys(text);
    }

    /** Chooses an option by its value, once it is offered. */
    void choose(String css, String value) {
        find(css + " option[value='" + value + "']");
        new Select(find(css)).selectByValue(value);
    }

    /** The texts of all such elements, read at one moment. */
    @SuppressWarnings("unchecked")
    List<String> texts(String css) {
        return (List<String>)
                run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())", css);
    }

    Object run(String script, Object... arguments) {
        return Objects.requireNonNull(((JavascriptExecutor) driver).executeScript(script, arguments));
    }

    /** Waits until such an element says that. */
    void untilSaid(String css, String words) {
        new WebDriverWait(driver, PATIENCE)
                .withMessage(() -> css + " to say: " + words + "; it says " + texts(css))
                .until(_ -> texts(css).stream().anyMatch(text -> text.contains(words)));
    }

    private <T> T until(String what, Supplier<Optional<T>> found) {
        return new WebDriverWait(driver, PATIENCE)
                .withMessage(what)
                .until(_ -> found.get().orElse(null));
    }

    /** Shows pages as to somebody whose system is dark. */
    void dark() {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    /** Takes back what {@link #dark} and {@link #width} did. */
    void asBefore() {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of()));
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    /** Makes the window as wide as that, of a phone for instance. */
    void width(int pixels) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 844, "deviceScaleFactor", 1, "mobile", true));
    }

    /** Lets uploads through at so many bytes a second; 0 for as many as there are. */
    void slowUploads(int bytesPerSecond) {
        int throughput = bytesPerSecond == 0 ? -1 : bytesPerSecond;
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", false, "latency", 0, "downloadThroughput", -1, "uploadThroughput", throughput));
    }

    /** What axe-core finds wrong with the page as it is now, one line each. */
    @SuppressWarnings("unchecked")
    List<String> barriers() {
        driver.executeScript(AXE);
        return (List<String>) Objects.requireNonNull(driver.executeAsyncScript("""
            const done = arguments[0];
            axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => done(violations.flatMap((rule) =>
                rule.nodes.map((node) => `${location.hash} ${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`))));
            """));
    }

    /** Leaves a picture of the whole page under {@code target/screenshots}, for people to look at. */
    void picture(String name) {
        Map<?, ?> metrics = driver.executeCdpCommand("Page.getLayoutMetrics", Map.of());
        Map<?, ?> size = (Map<?, ?>) Objects.requireNonNull(metrics.get("cssContentSize"));
        Map<String, Object> clip = Map.of(
                "x",
                0,
                "y",
                0,
                "width",
                Objects.requireNonNull(size.get("width")),
                "height",
                Math.min(8000, ((Number) Objects.requireNonNull(size.get("height"))).intValue()),
                "scale",
                1);
        Map<String, Object> shot =
                driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip));
        try {
            Files.createDirectories(PICTURES);
            Files.write(PICTURES.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser complained about since the last time: errors of scripts, breaches of the content policy, failed requests. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::toString)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
