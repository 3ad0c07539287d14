package dev.octet.worker;

import dev.octet.datasets.Datasets;
import dev.octet.jobs.Attempts.Claim;
import dev.octet.models.Models;
import dev.octet.platform.InRole;
import dev.octet.platform.ProblemException;
import dev.octet.platform.Role;
import dev.octet.results.Checkpoints;
import dev.octet.results.Results;
import dev.octet.storage.Blobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Writes the recipes of attempts, and lays ready what they name. */
@Component
@InRole(Role.WORKER)
class Recipes {
    private static final Logger LOG = LoggerFactory.getLogger(Recipes.class);

    private final Models models;
    private final Datasets datasets;
    private final Results results;
    private final Checkpoints checkpoints;
    private final Blobs blobs;

    Recipes(Models models, Datasets datasets, Results results, Checkpoints checkpoints, Blobs blobs) {
        this.models = models;
        this.datasets = datasets;
        this.results = results;
        this.checkpoints = checkpoints;
        this.blobs = blobs;
    }

    /** Writes the attempt's recipe into its folder. */
    void write(Claim claim, WorkFolder folder) throws IOException {
        String recipe = claim.recipe(
                model -> blobs.local(models.get(model).sha256()),
                dataset -> blobs.local(datasets.get(dataset).sha256()),
                statistics(claim, folder),
                checkpoint(claim, folder));
        Files.writeString(folder.recipe(), recipe);
    }

    /** What the attempt's statistics are filed under for later jobs; empty where it does not calibrate. */
    Optional<String> calibrationKey(Claim claim) {
        return claim.calibrationKey(
                model -> models.get(model).sha256(),
                dataset -> datasets.get(dataset).sha256());
    }

    /** A copy of what an earlier calibration saw, since that job may be deleted meanwhile; null where there is none. */
    private @Nullable Path statistics(Claim claim, WorkFolder folder) {
        if (claim.attempt().number() > 1) {
            // Should they be what broke the attempt before, this one does without.
            return null;
        }
        String earlier = calibrationKey(claim).flatMap(results::statistics).orElse(null);
        if (earlier == null) {
            return null;
        }
        try {
            return Files.copy(blobs.local(earlier), folder.statistics());
        } catch (IOException | ProblemException e) {
            LOG.info(
                    "the statistics of an earlier job are not to be had; the engine calibrates anew: {}", e.toString());
            return null;
        }
    }

    /** A copy of where an earlier attempt got to; null where there was none. */
    private @Nullable Path checkpoint(Claim claim, WorkFolder folder) {
        String earlier = checkpoints.latest(claim.attempt().job()).orElse(null);
        if (earlier == null) {
            return null;
        }
        try {
            return Files.copy(blobs.local(earlier), folder.checkpoint());
        } catch (IOException | ProblemException e) {
            LOG.info("the checkpoint of an earlier attempt is not to be had; training begins anew: {}", e.toString());
            return null;
        }
    }
}
