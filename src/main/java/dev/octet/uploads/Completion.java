package dev.octet.uploads;

import dev.octet.datasets.Datasets;
import dev.octet.models.Models;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ThrownProblems;
import dev.octet.storage.PartialFile;
import dev.octet.storage.PartialFiles;
import java.io.IOException;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/** Turns an upload that is whole into a model or dataset, as the plain upload does. */
@Component
class Completion {
    private final StoredUploads uploads;
    private final PartialFiles files;
    private final Models models;
    private final Datasets datasets;
    private final ThrownProblems problems;

    Completion(StoredUploads uploads, PartialFiles files, Models models, Datasets datasets, ThrownProblems problems) {
        this.uploads = uploads;
        this.files = files;
        this.models = models;
        this.datasets = datasets;
        this.problems = problems;
    }

    /**
     * Stores the upload, or refuses it and lets go of its bytes.
     *
     * <p>What fails through the service's own fault leaves all as it was, to be tried again.
     *
     * @param file its bytes, in the caller's hand
     * @return the upload as it stands then
     * @throws RuntimeException what the plain upload throws, where it is refused
     */
    Upload complete(Upload upload, PartialFile file) throws IOException {
        String filename = upload.said().filename();
        Resource body = file.whole(filename == null ? "" : filename);
        String name = upload.said().name();
        try {
            switch (upload.said().kind()) {
                case MODEL -> models.add(body, name, model -> uploads.stored(upload.id(), model.id()));
                case DATASET -> datasets.add(body, name, dataset -> uploads.stored(upload.id(), dataset.id()));
            }
        } catch (RuntimeException e) {
            ProblemException problem = problems.of(e);
            if (problem.kind().isUsers() && problem.kind().retryAfter().isEmpty()) {
                uploads.refused(upload.id(), Refusal.of(problem));
                files.delete(upload.id());
            }
            throw e;
        }
        files.delete(upload.id());
        return uploads.get(upload.id());
    }
}
