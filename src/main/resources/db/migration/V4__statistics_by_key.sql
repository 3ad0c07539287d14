-- What calibration saw serves every later job on the same model, samples and preprocessing.
alter table artifact add column calibration_key text;
create index artifact_calibration on artifact (calibration_key, created_at desc) where calibration_key is not null;
