package dev.octet.jobs.request;

import dev.octet.models.ModelRecord;
import dev.octet.models.Models;
import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.ResourceEstimate;
import dev.octet.platform.api.model.ResourceEstimate.BasisEnum;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tells what a job would take, from what earlier ones took or else from the model's weights. */
@Component
public class Estimates {
    /** The Java process with its runtime before it has read a model, as measured. */
    private static final long PROCESS_BYTES = 250L << 20;

    /** The float model and its prepared form are open with the quantized one beside them. */
    private static final int COPIES_OF_WEIGHTS = 4;

    private static final String EARLIER = """
        select max(cast(result ->> 'peakMemoryBytes' as bigint)) as bytes,
            (array_agg(extract(epoch from finished_at - started_at) order by created_at desc))[1] as seconds
        from job
        where model_id = :model and technique = :technique and state = 'SUCCEEDED'
            and result ->> 'peakMemoryBytes' is not null\
        """;

    private final Models models;
    private final JdbcClient jdbc;

    Estimates(Models models, JdbcClient jdbc) {
        this.models = models;
        this.jdbc = jdbc;
    }

    private record Earlier(@Nullable Long bytes, @Nullable Double seconds) {}

    /** What the job would take; empty where its model is gone. */
    public Optional<ResourceEstimate> of(JobRequest request) {
        Earlier earlier = jdbc.sql(EARLIER)
                .param("model", request.getModelId())
                .param("technique", request.getTechnique().getValue())
                .query(Earlier.class)
                .single();
        return earlier.bytes() != null
                ? Optional.of(new ResourceEstimate(earlier.bytes(), BasisEnum.EARLIER_JOB).seconds(earlier.seconds()))
                : models.find(request.getModelId()).map(Estimates::byWeights);
    }

    private static ResourceEstimate byWeights(ModelRecord model) {
        long weights = model.summary().parameters() * Float.BYTES;
        return new ResourceEstimate(PROCESS_BYTES + COPIES_OF_WEIGHTS * weights, BasisEnum.WEIGHTS);
    }
}
