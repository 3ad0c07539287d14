"""What the generated client has to be able to do. Arguments: the service's address, the most bytes of memory to use."""

import filecmp
import os
import shutil
import sys

import octet_client
from octet_client.exceptions import ApiException

service, most = sys.argv[1], int(sys.argv[2])
octet = octet_client.ApiClient(octet_client.Configuration(host=service))
models = octet_client.ModelsApi(octet)
datasets = octet_client.DatasetsApi(octet)
jobs = octet_client.JobsApi(octet)


def expect(what, expected, actual):
    if expected != actual:
        sys.exit(f"{what}: expected {expected} but was {actual}")
    print(f"{what}: {actual}")


def refused(call):
    try:
        call()
    except ApiException as e:
        return e
    sys.exit("was not refused")


dataset = datasets.add_dataset("large.npz", name="large")
expect("bytes of an upload", os.path.getsize("large.npz"), dataset.size_bytes)
with open("back.npz", "wb") as file:
    shutil.copyfileobj(datasets.get_dataset_content_without_preload_content(dataset.id), file)
expect("the same after a download", True, filecmp.cmp("large.npz", "back.npz", shallow=False))
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
expect(f"memory stays below {most}, as its peak is {peak}", True, peak < most)

part = datasets.get_dataset_content_with_http_info(dataset.id, range="bytes=2-5")
expect("status of a part", 206, part.status_code)
expect("bytes of a part", 4, len(part.data))
etag = part.headers["ETag"]
expect("status of what is known", 304, refused(lambda: datasets.get_dataset_content(dataset.id, if_none_match=etag)).status)

problem = refused(lambda: models.add_model(b"no model"))
expect("status of no model", 422, problem.status)
expect("code of no model", "MODEL_MALFORMED", octet_client.Problem.from_json(problem.body).code)

model = models.add_model("resnet20.onnx", name="resnet20")
expect("shape of the input", ["batch", 3, 32, 32], [d.actual_instance for d in model.inputs[0].shape])
expect("page of models", 1, len(models.list_models(limit=1).items))
findings = jobs.validate_job(octet_client.JobRequest(model_id=model.id, technique="QAT"))
expect("a job without samples would be taken", False, findings.valid)
expect("what lacks", "calibration", findings.findings[0].path)
models.delete_model(model.id)
datasets.delete_dataset(dataset.id)
