-- Resumable uploads: how much of each is down on the disk, and what became of it. The bytes are files in the storage.
create table upload (
    id          uuid primary key,
    -- As the client sent it, and gets it back.
    metadata    text not null,
    length      bigint not null check (length > 0),
    received    bigint not null default 0 check (received between 0 and length),
    state       text not null default 'RECEIVING' check (state in ('RECEIVING', 'STORED', 'REFUSED')),
    resource_id uuid,
    problem     jsonb,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    check ((resource_id is not null) = (state = 'STORED')),
    check ((problem is not null) = (state = 'REFUSED'))
);
create index upload_expires on upload (expires_at);
create index upload_receiving on upload (id) where state = 'RECEIVING';
