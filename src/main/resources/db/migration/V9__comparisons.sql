-- Both models of a job, run on samples of somebody's own. The blobs are referred to until it has ended.
create table comparison (
    id               uuid primary key,
    job_id           uuid not null references job on delete cascade,
    state            text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
    attempt          integer not null default 0,
    -- Attempts that were lost by the engine's or a worker's death; handing a comparison back costs none.
    failures         integer not null default 0,
    samples          integer not null,
    format           text not null,
    preprocessing    jsonb,
    target           text,
    samples_sha256   text not null,
    model_sha256     text not null,
    quantized_sha256 text not null,
    result           jsonb,
    error            jsonb,
    version          bigint not null default 1,
    created_at       timestamptz not null,
    started_at       timestamptz,
    finished_at      timestamptz,
    check ((result is not null) = (state = 'SUCCEEDED')),
    check ((error is not null) = (state = 'FAILED')),
    check ((finished_at is not null) = (state in ('SUCCEEDED', 'FAILED')))
);
create index comparison_of_job on comparison (job_id, created_at desc, id desc);
create index comparison_unfinished on comparison (created_at) where finished_at is null;

-- Wakes those who wait for anything of the job, and workers where a comparison is queued.
create function comparison_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('octet_jobs', new.job_id || ' ' || new.state);
    return null;
end $$;
create trigger comparison_changed after insert or update on comparison
    for each row execute function comparison_changed();

-- Their queue, of its own: nobody waits with a sample in his hand for a job of an hour.
create table scheduled_comparisons (
    task_name            text not null,
    task_instance        text not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_comparisons_due on scheduled_comparisons (execution_time);
create index scheduled_comparisons_beat on scheduled_comparisons (last_heartbeat);
