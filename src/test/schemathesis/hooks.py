"""What schemathesis can't know from the contract: which resources there are, and what an event looks like."""

import json
import os
import urllib.request

import schemathesis

SERVICE = os.environ["OCTET_URL"]


def event(kinds, data, required):
    """The schema of one event whose data is JSON."""
    return {
        "type": "object",
        "required": required,
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"enum": kinds},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data},
        },
    }


# OpenAPI 3.0 can describe a stream of events as a text only; 3.2 would describe each, as here.
EVENTS = {
    "/v1/jobs/{id}/events": event(
        ["state", "phase", "progress", "trial", "message"],
        {"$ref": "#/components/schemas/JobEvent"},
        ["id", "event", "data"],
    ),
    "/v1/events": {
        "anyOf": [
            event(["job"], {"$ref": "#/components/schemas/Job"}, ["event", "data"]),
            event(["reload"], {"type": "object"}, ["event", "data"]),
        ]
    },
}


def newest(path):
    with urllib.request.urlopen(SERVICE + path) as answer:
        return json.load(answer)["items"][0]["id"]


def begun():
    """An upload that waits for its bytes."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000000", "Upload-Metadata": "kind bW9kZWw="}
    with urllib.request.urlopen(urllib.request.Request(SERVICE + "/v1/uploads", method="POST", headers=headers)) as answer:
        return answer.headers["Location"].rsplit("/", 1)[1]


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

# A job that has ended, with all that belongs to it: most operations have something to answer then.
JOB = newest("/v1/jobs?state=SUCCEEDED&limit=1")
KNOWN = {
    "models": newest("/v1/models?limit=1"),
    "datasets": newest("/v1/datasets?limit=1"),
    "jobs": JOB,
    "artifacts": newest(f"/v1/jobs/{JOB}/artifacts"),
    "uploads": begun(),
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for path, schema in EVENTS.items():
        stream = raw_schema["paths"][path]["get"]["responses"]["200"]["content"]["text/event-stream"]
        del stream["schema"]
        stream["itemSchema"] = schema


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Three of four made-up ids become known ones, but never where something would be deleted."""
    kind = context.operation.path.split("/")[2]
    identity = str((path_parameters or {}).get("id", ""))
    if identity and kind in KNOWN and context.operation.method.upper() != "DELETE" and sum(map(ord, identity)) % 4:
        path_parameters["id"] = KNOWN[kind]
    return path_parameters
