-- Where a training got to: what a later attempt of its job goes on from, on any worker. Gone when the job has ended.
create table checkpoint (
    job_id     uuid        primary key references job on delete cascade,
    attempt    integer     not null,
    sha256     text        not null,
    created_at timestamptz not null
);
