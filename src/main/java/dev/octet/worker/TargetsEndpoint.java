package dev.octet.worker;

import dev.octet.engine.Targets;
import dev.octet.engine.Targets.TargetProfile;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import dev.octet.platform.api.TargetsApi;
import dev.octet.platform.api.model.ActivationType;
import dev.octet.platform.api.model.Target;
import dev.octet.platform.api.model.TargetList;
import dev.octet.platform.api.model.WeightType;
import dev.octet.worker.LiveWorkers.Live;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The targets over HTTP, as the workers can execute them. */
@RestController
@InRole(Role.WEB)
class TargetsEndpoint implements TargetsApi {
    private final LiveWorkers workers;

    TargetsEndpoint(LiveWorkers workers) {
        this.workers = workers;
    }

    @Override
    public ResponseEntity<TargetList> listTargets() {
        List<Live> live = workers.all();
        return ResponseEntity.ok(new TargetList(Targets.all().stream()
                .sorted(Comparator.comparing(TargetProfile::id))
                .map(profile -> target(profile, live))
                .toList()));
    }

    private static Target target(TargetProfile profile, List<Live> workers) {
        List<String> able = workers.stream()
                .filter(worker -> seenBy(worker, profile).path("executable").asBoolean(false))
                .map(Live::name)
                .toList();
        return new Target(
                profile.id(),
                profile.description(),
                !able.isEmpty(),
                reason(profile, workers, able),
                ActivationType.fromValue(profile.activationType()),
                WeightType.fromValue(profile.weightType()),
                profile.reduceRange());
    }

    private static String reason(TargetProfile profile, List<Live> workers, List<String> able) {
        if (!profile.supported()) {
            return "not available yet";
        }
        if (!able.isEmpty()) {
            return "executed by worker " + able.getFirst()
                    + (able.size() == 1 ? "" : " and " + (able.size() - 1) + " more");
        }
        return workers.isEmpty()
                ? "no worker is running"
                : seenBy(workers.getFirst(), profile).path("reason").asString("no worker is this target");
    }

    private static JsonNode seenBy(Live worker, TargetProfile profile) {
        return worker.targets()
                .valueStream()
                .filter(target -> target.path("id").asString("").equals(profile.id()))
                .findFirst()
                .orElseGet(() -> worker.targets().path("unknown"));
    }
}
