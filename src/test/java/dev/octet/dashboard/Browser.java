package dev.octet.dashboard;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
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
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
