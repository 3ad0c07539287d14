import dev.octet.api.*;
import dev.octet.api.model.*;

// What the generated client has to be able to do. Arguments: the service's address. Runs with a heap far smaller than large.npz.

void main(String[] arguments) throws Exception {
    var octet = new ApiClient();
    octet.updateBaseUri(arguments[0]);
    var models = new ModelsApi(octet);
    var datasets = new DatasetsApi(octet);

    var large = new File("large.npz");
    var dataset = datasets.addDataset(large, "large");
    expect("bytes of an upload", large.length(), dataset.getSizeBytes());
    var back = datasets.getDatasetContent(dataset.getId(), null, null).toPath();
    expect("first byte that differs after a download", -1L, Files.mismatch(large.toPath(), back));
    Files.delete(back);

    var part = datasets.getDatasetContentWithHttpInfo(dataset.getId(), "bytes=2-5", null);
    expect("status of a part", 206, part.getStatusCode());
    expect("bytes of a part", 4L, part.getData().length());
    String etag = part.getHeaders().get("etag").getFirst();
    expect("status of what is known", 304, refused(() -> datasets.getDatasetContent(dataset.getId(), null, etag)).getCode());

    var none = Files.writeString(Path.of("none.onnx"), "no model").toFile();
    var problem = refused(() -> models.addModel(none, null));
    expect("status of no model", 422, problem.getCode());
    var body = ApiClient.createDefaultObjectMapper().readValue(problem.getResponseBody(), Problem.class);
    expect("code of no model", "MODEL_MALFORMED", body.getCode());

    var model = models.addModel(new File("resnet20.onnx"), "resnet20");
    var shape = model.getInputs().getFirst().getShape().stream().map(Dimension::getActualInstance).toList();
    expect("shape of the input", "[batch, 3, 32, 32]", shape.toString());
    expect("page of models", 1, models.listModels(1, null).getItems().size());
    var findings = new JobsApi(octet).validateJob(new JobRequest().modelId(model.getId()).technique(Technique.QAT));
    expect("a job without samples would be taken", false, findings.getValid());
    expect("what lacks", "calibration", findings.getFindings().getFirst().getPath());
    models.deleteModel(model.getId());
    datasets.deleteDataset(dataset.getId());
}

ApiException refused(Callable<?> call) throws Exception {
    try {
        call.call();
    } catch (ApiException e) {
        return e;
    }
    throw new AssertionError("was not refused");
}

void expect(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
        throw new AssertionError(what + ": expected " + expected + " but was " + actual);
    }
    IO.println(what + ": " + actual);
}
