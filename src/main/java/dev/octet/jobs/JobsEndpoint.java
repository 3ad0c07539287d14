package dev.octet.jobs;

import dev.octet.engine.Finding;
import dev.octet.jobs.feed.JobFeed;
import dev.octet.jobs.request.Estimates;
import dev.octet.platform.Cursor;
import dev.octet.platform.InRole;
import dev.octet.platform.Page;
import dev.octet.platform.ProblemException;
import dev.octet.platform.Role;
import dev.octet.platform.api.JobsApi;
import dev.octet.platform.api.model.Job;
import dev.octet.platform.api.model.JobList;
import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.JobState;
import dev.octet.platform.api.model.Preflight;
import dev.octet.platform.api.model.Severity;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.json.JsonMapper;

/** The jobs over HTTP. */
@RestController
@InRole(Role.WEB)
class JobsEndpoint implements JobsApi {
    private final Jobs jobs;
    private final Estimates estimates;
    private final JobView view;
    private final JobAnswers answers;
    private final LongPolls polls;
    private final EventStreams streams;
    private final JobFeed feed;
    private final JsonMapper json;

    JobsEndpoint(
            Jobs jobs,
            Estimates estimates,
            JobView view,
            JobAnswers answers,
            LongPolls polls,
            EventStreams streams,
            JobFeed feed,
            JsonMapper json) {
        this.jobs = jobs;
        this.estimates = estimates;
        this.view = view;
        this.answers = answers;
        this.polls = polls;
        this.streams = streams;
        this.feed = feed;
        this.json = json;
    }

    @Override
    public ResponseEntity<Job> submitJob(JobRequest request, @Nullable String idempotencyKey, Boolean validateOnly) {
        if (validateOnly) {
            // Spring takes "yes" or "1" for true as well; to queue a job then would be the opposite of what was meant.
            throw ProblemException.malformed("INVALID_PARAMETER", "validateOnly", "must be true or false");
        }
        StoredJob job = jobs.submit(request, idempotencyKey);
        return ResponseEntity.accepted()
                .location(URI.create("/v1/jobs/" + job.id))
                .eTag(job.etag())
                .body(view.job(job));
    }

    @PostMapping(
            path = PATH_SUBMIT_JOB,
            params = "validateOnly=true",
            consumes = "application/json",
            produces = "application/json")
    ResponseEntity<Preflight> preflight(
            @Valid @RequestBody JobRequest request,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Size(min = 1, max = 200)
                    @Pattern(regexp = "[\\x21-\\x7E]+")
                    @Nullable
                    String idempotencyKey) {
        return validateJob(request);
    }

    @Override
    public ResponseEntity<Preflight> validateJob(JobRequest request) {
        List<Finding> findings = jobs.check(request);
        boolean valid = findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        Preflight preflight = new Preflight(
                valid,
                findings.stream()
                        .map(finding -> new dev.octet.platform.api.model.Finding(
                                Severity.fromValue(finding.severity().name()),
                                finding.path(),
                                finding.code(),
                                finding.message()))
                        .toList());
        return ResponseEntity.ok(
                valid ? preflight.estimate(estimates.of(request).orElse(null)) : preflight);
    }

    @Override
    public ResponseEntity<JobList> listJobs(
            @Nullable JobState state,
            @Nullable UUID modelId,
            @Nullable String tag,
            Integer limit,
            @Nullable String cursor) {
        Page<Job> page = jobs.list(
                        Cursor.parse(cursor),
                        limit,
                        state == null ? null : State.valueOf(state.name()),
                        modelId,
                        tag == null ? null : tagAsJson(tag))
                .map(view::job);
        return ResponseEntity.ok(new JobList(page.items()).nextCursor(page.nextCursor()));
    }

    private String tagAsJson(String tag) {
        int colon = tag.indexOf(':');
        return json.writeValueAsString(Map.of(tag.substring(0, colon), tag.substring(colon + 1)));
    }

    @Override
    public ResponseEntity<Job> getJob(UUID id, @Nullable String ifNoneMatch, @Nullable String prefer) {
        long version = jobs.version(id);
        if (ifNoneMatch != null && matches(version, ifNoneMatch)) {
            return unchanged(version);
        }
        Job kept = answers.kept(id, version);
        return kept == null
                ? answer(jobs.get(id), null)
                : ResponseEntity.ok().eTag(StoredJob.etag(version)).body(kept);
    }

    /** Wins over {@link #getJob} where the header is there. */
    @GetMapping(path = PATH_GET_JOB, headers = "Prefer", produces = "application/json")
    DeferredResult<ResponseEntity<Job>> awaitJob(
            @PathVariable UUID id,
            @RequestHeader(value = "If-None-Match", required = false) @Size(max = 1000) @Nullable String ifNoneMatch,
            @RequestHeader("Prefer") @Size(max = 200) String prefer) {
        Predicate<StoredJob> done = job ->
                ifNoneMatch == null ? job.state.isLast() : !matches(job.version, ifNoneMatch) || job.state.isLast();
        return polls.wait(id, prefer, () -> jobs.get(id), done, job -> answer(job, ifNoneMatch));
    }

    private ResponseEntity<Job> answer(StoredJob job, @Nullable String ifNoneMatch) {
        return ifNoneMatch != null && matches(job.version, ifNoneMatch)
                ? unchanged(job.version)
                : ResponseEntity.ok().eTag(job.etag()).body(answers.of(job));
    }

    private static ResponseEntity<Job> unchanged(long version) {
        return ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                .eTag(StoredJob.etag(version))
                .build();
    }

    private static boolean matches(long version, String ifNoneMatch) {
        String etag = StoredJob.etag(version);
        return Arrays.stream(ifNoneMatch.split(","))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals("*") || tag.equals(etag));
    }

    @Override
    public ResponseEntity<Job> cancelJob(UUID id, @Nullable String ifMatch) {
        jobs.cancel(id, ifMatch);
        return answer(jobs.get(id), null);
    }

    @Override
    public ResponseEntity<SseEmitter> streamJobEvents(UUID id, @Nullable Long lastEventId) {
        jobs.require(id);
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .body(streams.follow(id, lastEventId == null ? 0 : lastEventId));
    }

    @Override
    public ResponseEntity<SseEmitter> streamEvents() {
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no")
                .body(feed.follow());
    }
}
