// Addresses of jobs as they were before all pages became one.

const id = new URLSearchParams(location.search).get("id") ?? "";
location.replace(`/#/jobs/${encodeURIComponent(id)}`);
