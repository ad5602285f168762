"""Holds answers of the API against its own description, /openapi.json."""

import decimal
import json
import re

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "integer": int, "number": (int, decimal.Decimal)}
FORMATS = {"date": r"\d{4}-\d\d-\d\d",
           "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3,6})?Z"}


class NotAsDescribed(AssertionError):
    """An answer, or a part of one, is not what the description says."""


class Description:
    def __init__(self, text):
        self.document = json.loads(text)
        self.paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods["get"])
                      for path, methods in sorted(self.document["paths"].items(),
                                                  key=lambda entry: "{" in entry[0])]

    def operation(self, target):
        """The operation of a target; None for paths that are not described, such as pages."""
        path = target.split("?")[0].removeprefix("/v1")
        return next((operation for pattern, operation in self.paths if pattern.fullmatch(path)),
                    None)

    def expect(self, target, status, content_type, body):
        """Raises NotAsDescribed where an answer to GET is not what is described."""
        operation = self.operation(target)
        if content_type == "application/problem+json":
            self._expect_status(operation, target, status)
            problem = {"$ref": "#/components/schemas/Problem"}
            self.fits(problem, self._parsed(body), target)
        elif operation is not None:
            described = self._expect_status(operation, target, status)
            content = described.get("content", {})
            kind = content_type.split(";")[0] if content_type else None
            if status != 304 and kind not in content:
                raise NotAsDescribed(f"{target}: {kind} is not described")
            if kind == "application/json":
                self.fits(content[kind]["schema"], self._parsed(body), target)

    @staticmethod
    def _parsed(body):
        return json.loads(body, parse_float=decimal.Decimal)

    def _expect_status(self, operation, target, status):
        if operation is None or status == 405:
            return {}
        if str(status) not in operation["responses"]:
            raise NotAsDescribed(f"{target}: status {status} is not described")
        return operation["responses"][str(status)]

    def fits(self, schema, value, place):
        """Raises NotAsDescribed where `value` is not as `schema` says."""
        while "$ref" in schema:
            found = self.document
            for part in schema["$ref"].split("/")[1:]:
                found = found[part]
            schema = found
        if "anyOf" in schema:
            self._fits_any(schema["anyOf"], value, place)
            return
        kinds = schema.get("type", list(KINDS))
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(isinstance(value, KINDS[kind]) and
                   (kind == "boolean" or not isinstance(value, bool)) for kind in kinds):
            raise NotAsDescribed(f"{place}: {value!r} is none of {kinds}")
        if isinstance(value, str):
            self._fits_text(schema, value, place)
        if "x-decimals" in schema and value is not None:
            if -decimal.Decimal(value).as_tuple().exponent != schema["x-decimals"]:
                raise NotAsDescribed(f"{place}: {value} has not {schema['x-decimals']} decimals")
        if isinstance(value, dict):
            self._fits_object(schema, value, place)
        if isinstance(value, list):
            for number, element in enumerate(value):
                self.fits(schema.get("items", {}), element, f"{place}[{number}]")

    def _fits_any(self, schemas, value, place):
        faults = []
        for schema in schemas:
            try:
                self.fits(schema, value, place)
                return
            except NotAsDescribed as fault:
                faults.append(str(fault))
        raise NotAsDescribed("; ".join(faults))

    @staticmethod
    def _fits_text(schema, value, place):
        pattern = FORMATS.get(schema.get("format"))
        if pattern and not re.fullmatch(pattern, value):
            raise NotAsDescribed(f"{place}: {value!r} is no {schema['format']}")
        if "enum" in schema and value not in schema["enum"]:
            raise NotAsDescribed(f"{place}: {value!r} is none of {schema['enum']}")

    def _fits_object(self, schema, value, place):
        for name in schema.get("required", []):
            if name not in value:
                raise NotAsDescribed(f"{place}: {name} is missing")
        properties = schema.get("properties", {})
        for name, member in value.items():
            if name in properties:
                self.fits(properties[name], member, f"{place}.{name}")
            elif schema.get("additionalProperties") is False or properties:
                raise NotAsDescribed(f"{place}: {name} is not described")
