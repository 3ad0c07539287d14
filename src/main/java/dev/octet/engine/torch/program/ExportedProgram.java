package dev.octet.engine.torch.program;

import java.util.List;

/**
 * A program of {@code torch.export}: calls of operators and the meaning of its inputs and outputs.
 *
 * @param graph the calls
 * @param inputs the role of each input of the graph
 * @param outputs the role of each output of the graph
 * @param outputNames readable names of what the user gets, in order
 * @param torchVersion the release that wrote it, for people
 */
public record ExportedProgram(
        ProgramGraph graph,
        List<InputRole> inputs,
        List<OutputRole> outputs,
        List<String> outputNames,
        String torchVersion) {

    public ExportedProgram {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        outputNames = List.copyOf(outputNames);
    }

    /** What an input of the graph stands for. */
    public sealed interface InputRole {

        /** What the caller gives. */
        record User(Argument argument) implements InputRole {}

        /** A tensor of the model's own: a parameter, a buffer or a constant, called {@code path} in the archive. */
        record Stored(String value, String path) implements InputRole {}
    }

    /** What an output of the graph stands for. */
    public sealed interface OutputRole {

        /** What the caller gets. */
        record User(Argument argument) implements OutputRole {}

        /** The new content of a buffer, a parameter or an input that the model changes. */
        record Mutation(String kind, String path) implements OutputRole {}
    }
}
