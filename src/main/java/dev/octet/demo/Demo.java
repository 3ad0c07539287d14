package dev.octet.demo;

import dev.octet.client.ProgressLine;
import dev.octet.client.ResultTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Quantizes the bundled ResNet-20 once the service is up, and tells what it cost and gained. */
@Component
@ConditionalOnProperty("octet.demo")
class Demo {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Environment environment;
    private final PrintStream out = System.out;

    Demo(Environment environment) {
        this.environment = environment;
    }

    /** Runs beside the service, which goes on serving whatever becomes of the demo. */
    @EventListener(ApplicationReadyEvent.class)
    void start() {
        String address = "http://localhost:" + environment.getProperty("local.server.port");
        Thread.ofPlatform().name("demo").daemon().start(() -> {
            try {
                run(address, out);
            } catch (DemoFailure e) {
                out.println("The demo failed: " + e.getMessage());
            } catch (InterruptedException _) {
                out.println("The demo was stopped.");
            }
        });
    }

    /**
     * Uploads, submits, follows and prints.
     *
     * @return the finished job as the service tells it
     * @throws DemoFailure where the service refuses a step or the job fails, with what it says
     */
    static JsonNode run(String address, PrintStream to) throws InterruptedException {
        to.println();
        to.println("Demo: ResNet-20, trained on CIFAR-10, to INT8 on this machine, through " + address + "/v1");
        Service service = new Service(address);
        String model = service.upload("models", "resnet20", resource("resnet20.onnx"));
        String calibration = service.upload("datasets", "cifar10-calibration", resource("calibration.npz"));
        String evaluation = service.upload("datasets", "cifar10-evaluation", resource("evaluation.npz"));
        ObjectNode request = (ObjectNode) JSON.readTree(resource("job.json"));
        request.put("modelId", model);
        request.withObjectProperty("calibration").put("datasetId", calibration);
        request.withObjectProperty("evaluation").put("datasetId", evaluation);
        JsonNode job = service.follow(service.submit(request), new ProgressLine(to));
        if (!job.path("state").asString("").equals("SUCCEEDED")) {
            throw new DemoFailure("the job ended as " + job.path("state").asString("") + ": "
                    + job.path("error").toPrettyString());
        }
        ResultTable.print(job, to);
        String id = job.path("id").asString("");
        to.println();
        to.println("  the job's page    " + address + "/#/jobs/" + id);
        to.println("  its report        " + address + "/v1/jobs/" + id + "/report");
        to.println("  the INT8 model    " + address + "/v1/artifacts/"
                + job.path("result").path("artifactId").asString("") + "/content");
        to.println("  all jobs          " + address + "/");
        to.println("  the interface     " + address + "/swagger-ui");
        to.println();
        to.println("The service goes on serving; stop it with Ctrl-C.");
        return job;
    }

    private static byte[] resource(String name) {
        try (InputStream in = Demo.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new DemoFailure("/demo/" + name + " is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new DemoFailure("/demo/" + name + " can't be read: " + e.getMessage());
        }
    }
}
