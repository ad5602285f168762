// The API's description is OpenAPI 3.1 for a validator that is not ours, and what the real program
// answers is as it says, for a validator of JSON Schema that is not ours.
// Run by ctest (openapi), or: node --test tests/openapi/openapi_test.mjs

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = process.env.CARTOGRAPH || join(ROOT, "build/cartograph");
const folder = mkdtempSync(join(tmpdir(), "openapi-"));
let server, url, description;

before(async () => {
  cpSync(join(ROOT, "tests/golden/landing"), join(folder, "landing"), { recursive: true });
  execFileSync(PROGRAM, ["run", "--no-report"], { cwd: folder, stdio: "pipe" });
  server = spawn(PROGRAM, ["serve", "--port", "0", "--quiet"], { cwd: folder });
  const [line] = await once(server.stdout, "data");
  url = line.toString().trim().replace(/\/$/, "");
  description = await (await fetch(`${url}/openapi.json`)).json();
});
after(async () => {
  if (server) {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true });
});

test("the description is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(description));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, "3.1");
});

test("a fault in the description is found", async () => {
  const spoilt = structuredClone(description);
  delete spoilt.paths["/metrics/daily"].get.responses;
  spoilt.paths["/runs"].get.parameters[0].in = "somewhere";
  assert.equal((await new Validator().validate(spoilt)).valid, false);
});

/// What validates answers to `path` of a status.
function validatorOf(ajv, path, status, type) {
  const at = ["paths", path, "get", "responses", status, "content", type, "schema"];
  const pointer = at.map((name) => encodeURIComponent(name.replaceAll("/", "~1"))).join("/");
  const validator = ajv.getSchema(`api#/${pointer}`);
  assert.ok(validator, `${path} ${status} ${type} is described`);
  return validator;
}

async function targets() {
  const run = (await (await fetch(`${url}/runs`)).json()).data[0].run_id;
  const known = {
    "/ltv/{days}": ["7", "30", "90"],
    "/runs/{id}": [run, "none"],
    "/explain/orders/{id}": ["1001", "none"],
    "/explain/days/{date}": ["2025-03-01", "1970-01-01", "today"],
    "/explain/skus/{sku}": ["MUG-01", "none"]
  };
  return Object.keys(description.paths).flatMap((path) => {
    const paths = (known[path] || [""]).map((value) => path.replace(/\{\w+\}/, value));
    const queries = ["", "?limit=3", "?from=1990-01-01", "?limit=x", "?by=sku&top=3"];
    return paths.flatMap((one) => queries.map((query) => [path, one + query]));
  });
}

test("answers are as they are described", async () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addFormat("decimal", true);
  ajv.addSchema({ ...description, $id: "api" });
  const statuses = {};
  for (const [path, target] of await targets()) {
    const answer = await fetch(url + target);
    const [type] = answer.headers.get("content-type").split(";");
    const text = await answer.text();
    statuses[answer.status] = (statuses[answer.status] || 0) + 1;
    assert.ok(answer.status < 500, `${target}: ${text}`);
    if (!type.endsWith("json")) continue;
    const validate = validatorOf(ajv, path, String(answer.status), type);
    assert.ok(validate(JSON.parse(text)), `${target}: ${JSON.stringify(validate.errors)} ${text}`);
  }
  assert.ok(statuses[200] > 40 && statuses[404] >= 3 && statuses[422] > 20, JSON.stringify(statuses));
});
