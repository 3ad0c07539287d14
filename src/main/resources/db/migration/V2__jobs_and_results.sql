-- Jobs: what was asked for and how it stands. The attempt number rises with each start and fences all writes.
create table job (
    id                 uuid primary key,
    state              text not null check (state in
        ('QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED')),
    outcome            text check (outcome in ('GOAL_MET', 'GOAL_NOT_MET', 'NO_SPEEDUP')),
    phase              text,
    done               bigint,
    total              bigint,
    fraction           double precision,
    eta_seconds        double precision,
    attempt            integer not null default 0,
    -- Attempts that were lost by the engine's or a worker's death; handing a job back costs none.
    failures           integer not null default 0,
    model_id           uuid not null,
    technique          text not null,
    target             text,
    request            jsonb not null,
    request_sha256     text not null,
    tags               jsonb not null default '{}',
    result             jsonb,
    error              jsonb,
    idempotency_key    text unique,
    version            bigint not null default 1,
    last_event         bigint not null default 0,
    created_at         timestamptz not null,
    queue_deadline     timestamptz not null,
    started_at         timestamptz,
    finished_at        timestamptz,
    worker             text,
    check ((outcome is not null) = (state = 'SUCCEEDED')),
    check ((finished_at is not null) = (state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED')))
);
create index job_newest on job (created_at desc, id desc);
create index job_of_model on job (model_id, created_at desc, id desc);
create index job_in_state on job (state, created_at desc, id desc);
create index job_waiting on job (queue_deadline) where state = 'QUEUED';
create index job_finished on job (finished_at) where finished_at is not null;
create index job_tags on job using gin (tags jsonb_path_ops);

-- Models and datasets that a job needs until it ends: the foreign keys keep them from being deleted meanwhile.
create table job_input (
    job_id     uuid not null references job on delete cascade,
    model_id   uuid references model,
    dataset_id uuid references dataset,
    check (num_nonnulls(model_id, dataset_id) = 1)
);
create index job_input_of_job on job_input (job_id);
create index job_input_model on job_input (model_id) where model_id is not null;
create index job_input_dataset on job_input (dataset_id) where dataset_id is not null;

create table job_event (
    job_id      uuid not null references job on delete cascade,
    sequence    bigint not null,
    type        text not null check (type in ('STATE', 'PHASE', 'PROGRESS', 'TRIAL', 'MESSAGE')),
    at          timestamptz not null,
    state       text not null,
    outcome     text,
    phase       text,
    done        bigint,
    total       bigint,
    fraction    double precision,
    eta_seconds double precision,
    attempt     integer not null,
    message     text,
    primary key (job_id, sequence)
);

-- Wakes those who wait for a job: long polls, event streams, idle workers.
create function job_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('octet_jobs', new.id || ' ' || new.state);
    return null;
end $$;
create trigger job_changed after insert or update on job for each row execute function job_changed();

-- What the engine printed: chunks in order; of a long log the middle is left out.
create table job_log (
    job_id     uuid not null references job on delete cascade,
    attempt    integer not null,
    sequence   integer not null,
    text       text not null,
    primary key (job_id, attempt, sequence)
);

create table artifact (
    id         uuid primary key,
    job_id     uuid not null references job on delete cascade,
    kind       text not null check (kind in ('MODEL', 'STATISTICS', 'REPORT', 'PLAN')),
    name       text not null,
    sha256     text not null,
    size_bytes bigint not null,
    media_type text not null,
    created_at timestamptz not null,
    unique (job_id, kind)
);
create index artifact_of_job on artifact (job_id, created_at desc, id desc);

create table report (
    job_id uuid primary key references job on delete cascade,
    body   jsonb not null
);

create table layer (
    job_id   uuid not null references job on delete cascade,
    position integer not null,
    name     text not null,
    operator text not null,
    decision text not null,
    body     jsonb not null,
    primary key (job_id, position)
);

create table trial (
    job_id uuid not null references job on delete cascade,
    number integer not null,
    status text not null,
    chosen boolean not null,
    body   jsonb not null,
    primary key (job_id, number)
);

-- Processes that run jobs, as they last reported themselves.
create table worker (
    id         uuid primary key,
    name       text not null,
    targets    jsonb not null,
    started_at timestamptz not null,
    beat_at    timestamptz not null
);

-- The queue, as db-scheduler 16.12.0 wants it.
create table scheduled_tasks (
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
create index scheduled_tasks_due on scheduled_tasks (execution_time);
create index scheduled_tasks_beat on scheduled_tasks (last_heartbeat);
create index scheduled_tasks_priority on scheduled_tasks (priority desc, execution_time);
