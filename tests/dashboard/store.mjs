// Stores for the browser tests: fabricated, run and served by the real program, each in a temporary
// folder. CARTOGRAPH names the program; without it, build/cartograph.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const PROGRAM = process.env.CARTOGRAPH || join(ROOT, "build/cartograph");

const run = (folder, ...command) =>
  execFileSync(PROGRAM, command, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });

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

/// A store of `days` days (0: without a file), run: {folder, run(…), remove()}.
export function fabricate(days, orders) {
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  mkdirSync(join(folder, "landing"));
  if (days) {
    run(
      folder,
      "generate",
      "--out",
      "landing",
      "--days",
      String(days),
      "--orders",
      String(orders),
      "--noise",
      "0.01",
      "--seed",
      "7"
    );
  }
  run(folder, "run", "--no-report", "--accept-rejects");
  return {
    folder,
    run: (...command) => run(folder, ...command),
    remove: () => rmSync(folder, { recursive: true })
  };
}

/// Such a store, served: {url, folder, run(…), stop()}.
export async function serve(days, orders) {
  const store = fabricate(days, orders);
  const server = spawn(PROGRAM, ["serve", "--port", "0", "--quiet"], { cwd: store.folder });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  return {
    url: await addressOf(server),
    folder: store.folder,
    run: store.run,
    stop: async () => {
      server.kill("SIGTERM");
      await ended;
      store.remove();
    }
  };
}
