package dev.octet.jobs;

import dev.octet.datasets.DatasetUse;
import dev.octet.models.ModelUse;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Says which models and datasets are needed by jobs that have not ended. */
@Configuration(proxyBeanMethods = false)
class JobUses {
    @Bean
    ModelUse modelsOfJobs(JdbcClient jdbc) {
        return model -> user(jdbc, "select job_id from job_input where model_id = ? limit 1", model);
    }

    @Bean
    DatasetUse datasetsOfJobs(JdbcClient jdbc) {
        return dataset -> user(jdbc, "select job_id from job_input where dataset_id = ? limit 1", dataset);
    }

    private static Optional<String> user(JdbcClient jdbc, String query, UUID id) {
        return jdbc.sql(query).param(id).query(UUID.class).optional().map(job -> "job " + job);
    }
}
