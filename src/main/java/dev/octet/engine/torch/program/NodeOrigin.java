package dev.octet.engine.torch.program;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a call comes from, as its metadata tells.
 *
 * @param module path of the module that made it; empty for the model itself
 * @param source file and line in the author's code; no folder of the author's machine stays in it
 */
record NodeOrigin(String module, String source) {

    private static final Pattern FRAME = Pattern.compile("File \"([^\"\n]*)\", line (\\d{1,9})");
    private static final Pattern LIBRARY = Pattern.compile("[/\\\\]torch[/\\\\]");
    private static final Pattern UNUSUAL = Pattern.compile("[^\\p{L}\\p{N}_.:-]");
    private static final int LONGEST = 200;

    /** What the exporter calls a module that it made itself. */
    private static final String NONE = "_empty_nn_module_stack";

    static NodeOrigin read(Map<String, Json> metadata) {
        return new NodeOrigin(module(text(metadata, "nn_module_stack")), source(text(metadata, "stack_trace")));
    }

    /** The metadata of a call from {@code module} and {@code source}, either may be empty. */
    static Map<String, Object> write(String module, String source) {
        StringBuilder stack = new StringBuilder("L__self__,,torch.nn.Module");
        if (!module.isEmpty()) {
            stack.append(";L__self___").append(module.replace('.', '_'));
            stack.append(',').append(module).append(",torch.nn.Module");
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        int colon = source.lastIndexOf(':');
        if (colon > 0) {
            metadata.put(
                    "stack_trace",
                    "File \"" + source.substring(0, colon) + "\", line " + source.substring(colon + 1)
                            + ", in forward");
        }
        metadata.put("nn_module_stack", stack.toString());
        return metadata;
    }

    private static String text(Map<String, Json> metadata, String key) {
        Json value = metadata.get(key);
        return value != null && value.isText() ? value.text() : "";
    }

    /** Modules are listed from outside in as {@code key,path,type}, semicolons between. */
    private static String module(String stack) {
        String[] innermost = stack.substring(stack.lastIndexOf(';') + 1).split(",", 3);
        String path = innermost.length < 3 || innermost[1].startsWith(NONE) ? "" : innermost[1];
        if (path.startsWith("L['self']")) {
            path = path.substring("L['self']".length());
        }
        return plain(path.startsWith(".") ? path.substring(1) : path);
    }

    /** The innermost line that is not PyTorch's own. */
    private static String source(String trace) {
        String found = "";
        Matcher frame = FRAME.matcher(trace);
        while (frame.find()) {
            if (found.isEmpty() || !LIBRARY.matcher(frame.group(1)).find()) {
                found = frame.group(1).replaceFirst(".*[/\\\\]", "") + ":" + frame.group(2);
            }
        }
        return plain(found);
    }

    private static String plain(String text) {
        String plain = UNUSUAL.matcher(text).replaceAll("_");
        return plain.length() <= LONGEST ? plain : plain.substring(plain.length() - LONGEST);
    }
}
