-- Whose blobs the folder holds: a folder that belongs to another database is refused at start-up.
create table blob_store (
    single boolean primary key default true check (single),
    id     uuid not null default gen_random_uuid()
);
insert into blob_store default values;

-- Bytes by their content. The file is in the store before its row is committed.
create table blob (
    sha256     text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes >= 0),
    stored_at  timestamptz not null
);

-- What keeps a blob. A pin belongs to an upload under way and is left over if the process dies.
create table blob_reference (
    sha256  text not null references blob,
    owner   text not null,
    pin     boolean not null,
    made_at timestamptz not null,
    primary key (sha256, owner)
);
create index blob_reference_pins on blob_reference (made_at) where pin;

create table model (
    id         uuid primary key,
    name       text not null check (length(name) between 1 and 200),
    sha256     text not null references blob,
    size_bytes bigint not null,
    summary    jsonb not null,
    created_at timestamptz not null
);
create index model_newest on model (created_at desc, id desc);

create table dataset (
    id         uuid primary key,
    name       text not null check (length(name) between 1 and 200),
    sha256     text not null references blob,
    size_bytes bigint not null,
    summary    jsonb not null,
    created_at timestamptz not null
);
create index dataset_newest on dataset (created_at desc, id desc);
