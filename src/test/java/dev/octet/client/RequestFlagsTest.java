package dev.octet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Flags from the contract as it is. */
class RequestFlagsTest {
    @Command(name = "any")
    private static final class Any {}

    private final RequestFlags flags = read();
    private final CommandLine command = new CommandLine(new Any());

    RequestFlagsTest() {
        flags.addTo(command.getCommandSpec());
    }

    private static RequestFlags read() {
        try (InputStream contract = Files.newInputStream(Path.of("openapi.yaml"))) {
            return RequestFlags.of(contract);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String request(String... words) {
        ObjectNode request = JsonMapper.shared().createObjectNode();
        flags.fill(request, command.parseArgs(words));
        return request.toString();
    }

    @Test
    void flagsBecomeTheRequestWithItsTypes() {
        assertThat(request(
                        "--technique=STATIC",
                        "--max-drop=0.005",
                        "--drop-type",
                        "RELATIVE",
                        "--batch-sizes=1,32",
                        "--per-channel=false",
                        "--exclude=conv1,fc",
                        "--evaluation-metric=TOP5",
                        "--max-run-seconds=60",
                        "--seed=7"))
                .isEqualTo("{\"technique\":\"STATIC\",\"evaluation\":{\"metric\":\"TOP5\"},\"objective\":"
                        + "{\"maxDrop\":0.005,\"dropType\":\"RELATIVE\"},\"settings\":{\"perChannel\":false,"
                        + "\"exclude\":[\"conv1\",\"fc\"]},\"measure\":{\"batchSizes\":[1,32]},\"budget\":"
                        + "{\"maxRunSeconds\":60},\"seed\":7}");
        assertThat(request()).isEqualTo("{}");
    }

    @Test
    void wordsOfTheWrongTypeAreRefusedByName() {
        assertThatThrownBy(() -> request("--max-drop=much"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--max-drop")
                .hasMessageContaining("much");
        assertThatThrownBy(() -> request("--per-chanel=true")).isInstanceOf(ParameterException.class);
    }

    @Test
    void helpSaysWhatTheContractSays() {
        OptionSpec observer = command.getCommandSpec().findOption("--observer");
        assertThat(observer.description()[0]).contains("One of MIN_MAX, MOVING_AVERAGE");
        assertThat(command.getUsageMessage()).contains("--max-drop", "--weight-type", "--webhook-url");
    }

    @Test
    void whatOthersMustNotSeeIsNoFlag() {
        assertThat(command.getCommandSpec().optionsMap().keySet())
                .noneMatch(name -> name.contains("secret"))
                .doesNotContain("--model-id", "--tags");
    }
}
