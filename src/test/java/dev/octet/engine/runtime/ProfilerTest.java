package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.data.Batch;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.runtime.ExecutedGraph.ExecutedNode;
import dev.octet.engine.scheme.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilerTest {

    @TempDir
    Path folder;

    @TempDir
    Path scratch;

    @Test
    void timesEachExecutedNodeByTheNameThatInspectionGives() throws Exception {
        Path file = Nets.resnet20();
        Batch batch = new Batch(0, 4, List.of(Nets.random("input", 4, 3, 32, 32)));

        Map<String, Duration> times = Profiler.profile(file, batch, 1, 5, scratch);

        List<String> executed = Execution.inspect(file, 1, scratch).nodes().stream()
                .filter(node -> node.macs() > 0)
                .map(ExecutedNode::name)
                .toList();
        assertThat(times.keySet()).containsAll(executed);
        assertThat(executed).allSatisfy(node -> assertThat(times.get(node)).isPositive());
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void namesMayHoldAnyCharacter() {
        String name = "a\"b\\c\n{[é";
        Model net = Nets.model(
                List.of(Nets.floats("x", -1, 3)),
                List.of(Nets.floats("y", -1, 3)),
                Map.of(),
                Node.of(name, "Erf", List.of("x"), List.of("y")));
        Batch batch = new Batch(0, 2, List.of(Nets.random("x", 2, 3)));

        assertThat(Profiler.profile(Nets.write(net, folder), batch, 1, 3, scratch))
                .containsOnlyKeys(name);
    }

    @Test
    void leavesNothingBehindWhenTheRunFails() throws Exception {
        Batch batch = new Batch(0, 1, List.of(Nets.random("input", 1, 3, 16, 16)));
        Path file = Nets.resnet20();

        assertThatThrownBy(() -> Profiler.profile(file, batch, 1, 5, scratch)).isInstanceOf(EngineException.class);

        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void takesMediansOfTheRunsAfterTheWarmUp() throws Exception {
        StringBuilder trace = new StringBuilder("[\n");
        for (int micros : new int[] {900, 800, 10, 30, 20}) {
            trace.append(event("Node", "conv_kernel_time", micros));
            trace.append(event("Node", "conv_fence_before", 5));
            trace.append(event("Node", "loop_kernel_time", 2));
            trace.append(event("Node", "loop_kernel_time", 2));
            trace.append(event("Session", "model_run", micros + 10));
        }
        Path file = Files.writeString(scratch.resolve("trace.json"), trace.append("]"));

        assertThat(Profiler.medians(file))
                .containsExactly(
                        Map.entry("conv", Duration.ofNanos(20_000)), Map.entry("loop", Duration.ofNanos(4_000)));
    }

    private static String event(String category, String name, int micros) {
        return "{\"cat\" : \"%s\",\"dur\" :%d,\"name\" :\"%s\",\"args\" : {\"shape\" : [{\"float\":[1,2]}]}},%n"
                .formatted(category, micros, name);
    }
}
