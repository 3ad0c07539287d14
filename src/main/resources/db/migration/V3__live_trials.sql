-- Trials are stored as they finish, so an event may tell of one, and a later attempt's replace an earlier one's.
alter table job_event add column trial integer;
alter table trial add column attempt integer not null default 0;
