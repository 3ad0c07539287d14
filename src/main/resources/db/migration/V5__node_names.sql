-- What the nodes of a model can be called by; read only where a job names some, so apart from the model's row.
create table node_names (
    sha256 text primary key references blob on delete cascade,
    names  jsonb not null
);
