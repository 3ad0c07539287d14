-- The key that a job's deliveries are signed with; never part of an answer.
alter table job add column webhook_secret text;

-- What is told to the outside about a job: the job as it was when it entered a state.
create table webhook_delivery (
    id              uuid primary key,
    job_id          uuid not null references job on delete cascade,
    event           text not null,
    url             text not null,
    body            text not null,
    state           text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'GIVEN_UP')),
    attempts        integer not null default 0,
    next_attempt_at timestamptz,
    created_at      timestamptz not null,
    check ((next_attempt_at is not null) = (state = 'PENDING'))
);
create index webhook_delivery_of_job on webhook_delivery (job_id, created_at desc, id desc);

create table webhook_attempt (
    delivery_id  uuid not null references webhook_delivery on delete cascade,
    number       integer not null,
    at           timestamptz not null,
    took_millis  bigint not null,
    status       integer,
    problem      text,
    primary key (delivery_id, number)
);

-- Their queue, of its own: those who run jobs would pick up what they cannot run.
create table scheduled_webhooks (
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
create index scheduled_webhooks_due on scheduled_webhooks (execution_time);
create index scheduled_webhooks_beat on scheduled_webhooks (last_heartbeat);
