package dev.octet.jobs;

import dev.octet.jobs.feed.JobReader;
import dev.octet.platform.api.model.Job;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Jobs in the contract's words, kept as long as their version holds.
 *
 * <p>Clients poll: most ask for what they, or others, were told just before. Every write to a job raises its version, so an answer
 * that was made from the version that the database has now is the answer.
 */
@Component
class JobAnswers implements JobReader {
    private static final int KEPT = 100;

    /** Characters of request and result; longer ones are made anew each time, so that a few can't fill the heap. */
    private static final int LONGEST = 16_384;

    private record Answer(long version, Job job) {}

    private final JobView view;
    private final StoredJobs stored;
    private final Map<UUID, Answer> answers = new LinkedHashMap<>(KEPT, 0.75f, true);

    JobAnswers(JobView view, StoredJobs stored) {
        this.view = view;
        this.stored = stored;
    }

    @Override
    public Optional<Job> read(UUID id) {
        return stored.findById(id).map(this::of);
    }

    /** The job of that version if it is here. */
    @Nullable
    Job kept(UUID id, long version) {
        synchronized (answers) {
            Answer answer = answers.get(id);
            return answer != null && answer.version == version ? answer.job : null;
        }
    }

    /** The job as the row has it. */
    Job of(StoredJob row) {
        Job job = view.job(row);
        if (row.request.length() + (row.result == null ? 0 : row.result.length()) <= LONGEST) {
            synchronized (answers) {
                answers.put(row.id, new Answer(row.version, job));
                if (answers.size() > KEPT) {
                    answers.remove(answers.keySet().iterator().next());
                }
            }
        }
        return job;
    }
}
