// Stores for the browser tests: fabricated, run and served by the real program, each in a temporary
// folder. CARTOGRAPH names the program; without it, build/cartograph.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = process.env.CARTOGRAPH || join(ROOT, "build/cartograph");

const running = new Set();

/// Stops every store that is still served.
export const stopAll = () => Promise.all([...running].map((stop) => stop()));

/// What the server writes first is its address.
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let written = "",
      complaint = "";
    server.stderr.on("data", (text) => {
      complaint += text;
    });
    server.stdout.on("data", (text) => {
      written += text;
      const found = /http:\/\/\S+\//.exec(written);
      if (found) resolve(found[0].replace(/\/$/, ""));
    });
    server.on("exit", (status) => reject(new Error(`serve ended with ${status}: ${complaint}`)));
  });
}

/// A store, run: {folder, env, run(…), land(files), remove()}. It is fabricated, of `days` days, or
/// has `files` by their paths below the landing folder, or is the ledger `retail`; of nothing, nothing
/// is published.
export function fabricate({ days, orders, files, retail, environment }) {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  const env = { ...process.env, ...environment };
  const run = (...command) =>
    execFileSync(PROGRAM, command, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const land = (texts) => {
    for (const [path, text] of Object.entries(texts)) {
      mkdirSync(dirname(join(folder, "landing", path)), { recursive: true });
      writeFileSync(join(folder, "landing", path), text);
    }
  };
  mkdirSync(join(folder, "landing"));
  if (days) {
    const size = ["--days", String(days), "--orders", String(orders)];
    run("generate", "--out", "landing", ...size, "--noise", "0.01", "--seed", "7");
  }
  if (retail) run("import", "online-retail", retail, "--out", "landing");
  land(files || {});
  run("run", "--no-report", "--accept-rejects");
  return { folder, env, run, land, remove: () => rmSync(folder, { recursive: true }) };
}

/// Such a store, served: {url, folder, run(…), land(files), stop()}.
export async function serve(store) {
  const { folder, env, run, land, remove } = fabricate(store);
  const server = spawn(PROGRAM, ["serve", "--port", "0", "--quiet"], { cwd: folder, env });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  const stop = async () => {
    if (!running.delete(stop)) return;
    server.kill("SIGTERM");
    await ended;
    remove();
  };
  running.add(stop);
  return { url: await addressOf(server), folder, run, land, stop };
}
