package dev.octet.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out how to start this program a second time, as an engine. */
final class EngineCommandLine {
    private static final String MAIN = "dev.octet.Octet";

    private EngineCommandLine() {}

    /**
     * The command that runs one recipe.
     *
     * @param folder the attempt's own folder, which holds the recipe and takes temporary files and output
     */
    static List<String> of(WorkerProperties properties, WorkFolder folder) {
        return of(
                properties,
                folder,
                List.of(
                        "run",
                        "--recipe",
                        folder.recipe().toString(),
                        "--out",
                        folder.out().toString(),
                        "--supervised"));
    }

    /**
     * The command that does something else.
     *
     * @param folder which takes temporary files
     * @param arguments of the engine
     */
    static List<String> of(WorkerProperties properties, WorkFolder folder, List<String> arguments) {
        List<String> command = new ArrayList<>(properties.engineCommand());
        if (command.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-Xmx" + properties.engineHeap().toMegabytes() + "m");
            command.add("-XX:+UseSerialGC");
            // Samples pass through in small arrays: a small young generation keeps the process small, however many they
            // are.
            command.add("-Xmn12m");
            // What the engine gives back between its phases goes back to the system.
            command.add("-Xms16m");
            command.add("-XX:MinHeapFreeRatio=10");
            command.add("-XX:MaxHeapFreeRatio=20");
            command.add("-XX:+ExitOnOutOfMemoryError");
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("-Djava.io.tmpdir=" + folder.temporary());
            command.add("-Djava.awt.headless=true");
            String classPath = absolute(System.getProperty("java.class.path"));
            command.add("-cp");
            command.add(classPath);
            command.add(mainClass(classPath));
            command.add("engine");
        }
        command.addAll(arguments);
        return command;
    }

    /** The class path as it must be for a process in another folder. */
    static String absolute(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * The class to start with the given class path.
     *
     * <p>Of the one jar that holds all others it is Spring Boot's launcher, which knows how to load from within it. From a folder
     * of classes, or a jar whose manifest names its libraries, it is our own.
     */
    static String mainClass(String classPath) {
        String launcher = launcher(Path.of(classPath.split(File.pathSeparator, 2)[0]));
        return launcher == null ? MAIN : launcher;
    }

    private static @Nullable String launcher(Path first) {
        if (!Files.isRegularFile(first)) {
            return null;
        }
        try (JarFile jar = new JarFile(first.toFile())) {
            Attributes manifest = jar.getManifest() == null
                    ? new Attributes()
                    : jar.getManifest().getMainAttributes();
            String main = manifest.getValue(Attributes.Name.MAIN_CLASS);
            return main != null && main.startsWith("org.springframework.boot.loader.") ? main : null;
        } catch (IOException e) {
            return null;
        }
    }
}
