"""What OpenLineage's specification 2-0-2 asks of a RunEvent, written down from its documentation
(openlineage.io): the JSON schema itself is in no package. problems() is empty for a valid event."""

import datetime
import re
import urllib.parse
import uuid

TYPES = ("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER")


def _is_uri(text):
    return isinstance(text, str) and bool(urllib.parse.urlsplit(text).scheme) and " " not in text


def _facets(place, facets):
    if not isinstance(facets, dict):
        return [f"{place} is no object"]
    found = []
    for name, facet in facets.items():
        for field in ("_producer", "_schemaURL"):
            if not _is_uri(facet.get(field)):
                found.append(f"{place}.{name}.{field} is no URI")
    return found


def _dataset(place, dataset, own):
    found = [f"{place}.{field} is no text" for field in ("namespace", "name")
             if not isinstance(dataset.get(field), str)]
    for field in ("facets", own):
        found += _facets(f"{place}.{field}", dataset.get(field, {}))
    return found


def _is_time(text):
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        return False
    datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return True


def _is_uuid(text):
    try:
        return str(uuid.UUID(text)) == text
    except (TypeError, ValueError):
        return False


def problems(event):
    found = []
    if not _is_time(event.get("eventTime")):
        found.append("eventTime is no date-time")
    for field in ("producer", "schemaURL"):
        if not _is_uri(event.get(field)):
            found.append(f"{field} is no URI")
    if not str(event.get("schemaURL")).endswith("OpenLineage.json#/$defs/RunEvent"):
        found.append("schemaURL is not that of a RunEvent")
    if event.get("eventType") not in TYPES:
        found.append("eventType is none")
    run, job = event.get("run", {}), event.get("job", {})
    if not _is_uuid(run.get("runId")):
        found.append("run.runId is no UUID")
    found += _facets("run.facets", run.get("facets", {}))
    found += [f"job.{field} is no text" for field in ("namespace", "name")
              if not isinstance(job.get(field), str)]
    found += _facets("job.facets", job.get("facets", {}))
    for side, own in (("inputs", "inputFacets"), ("outputs", "outputFacets")):
        for number, dataset in enumerate(event.get(side, [])):
            found += _dataset(f"{side}[{number}]", dataset, own)
            statistics = dataset.get("outputFacets", {}).get("outputStatistics")
            if statistics is not None and not isinstance(statistics.get("rowCount"), int):
                found.append(f"{side}[{number}] has statistics without a rowCount")
    message = run.get("facets", {}).get("errorMessage")
    if message is not None:
        found += [f"errorMessage.{field} is no text"
                  for field in ("message", "programmingLanguage")
                  if not isinstance(message.get(field), str)]
    return found
