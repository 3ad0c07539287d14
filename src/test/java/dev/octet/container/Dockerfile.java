package dev.octet.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A Dockerfile as its instructions, in order. */
record Dockerfile(List<Instruction> instructions) {
    /** One instruction: its word, and the rest of its lines as one. */
    record Instruction(String word, String rest) {
        /** The parts of the exec form: a JSON list of texts. */
        List<String> exec() {
            String json = rest.substring(rest.indexOf('['));
            return List.of(JsonMapper.shared().readValue(json, String[].class));
        }

        /** The words of the shell form, options left out. */
        List<String> words() {
            return Arrays.stream(rest.split("\\s+"))
                    .filter(word -> !word.startsWith("--"))
                    .toList();
        }

        boolean has(String option) {
            return Arrays.asList(rest.split("\\s+")).contains(option);
        }
    }

    static Dockerfile read(Path file) throws IOException {
        List<Instruction> instructions = new ArrayList<>();
        StringBuilder whole = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            boolean goesOn = line.endsWith("\\");
            whole.append(goesOn ? line.substring(0, line.length() - 1) : line).append(' ');
            if (!goesOn) {
                String[] parts = whole.toString().strip().split("\\s+", 2);
                instructions.add(new Instruction(parts[0], parts[1]));
                whole.setLength(0);
            }
        }
        return new Dockerfile(List.copyOf(instructions));
    }

    Stream<Instruction> all(String word) {
        return instructions.stream().filter(instruction -> instruction.word().equals(word));
    }

    /** The one instruction of that word. */
    Instruction only(String word) {
        List<Instruction> found = all(word).toList();
        if (found.size() != 1) {
            throw new AssertionError("the Dockerfile has " + found.size() + " instructions " + word);
        }
        return found.getFirst();
    }

    /** The environment that the image sets. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        all("ENV").flatMap(instruction -> instruction.words().stream()).forEach(word -> {
            String[] pair = word.split("=", 2);
            environment.put(pair[0], pair[1]);
        });
        return environment;
    }

    /** The command that starts the program, without its arguments: {@code java}, its options, {@code -jar}, the jar. */
    List<String> entryPoint() {
        return only("ENTRYPOINT").exec();
    }

    /** The start for training, in the same form, with its arguments. */
    List<String> training() {
        String run = all("RUN")
                .map(Instruction::rest)
                .filter(rest -> rest.contains("-XX:AOTCacheOutput="))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the Dockerfile has no start for training"));
        return List.of(run.split("&&", -1)[0].strip().split("\\s+", -1));
    }
}
