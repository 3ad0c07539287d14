-- The quantized model may also be had as an archive for PyTorch.
alter table artifact drop constraint artifact_kind_check;
alter table artifact add constraint artifact_kind_check
    check (kind in ('MODEL', 'MODEL_PT2', 'STATISTICS', 'REPORT', 'PLAN'));
