// Packs a binary of seamline into an npm package: node pack.mjs BINARY FOLDER [OS] [CPU].
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [binary, folder, os = "linux", cpu = "x64"] = process.argv.slice(2);
const version = execFileSync(resolve(binary), ["--version"], { encoding: "utf8" }).trim().split(" ")[1];
const stage = mkdtempSync(join(tmpdir(), "seamline-npm-"));
mkdirSync(join(stage, "bin"));
copyFileSync(binary, join(stage, "bin", "seamline"));
chmodSync(join(stage, "bin", "seamline"), 0o755);
const about = {
  name: "seamline",
  version,
  description: "Finds the seams of a tangled monolith or a distributed monolith",
  license: "MIT OR Apache-2.0",
  // npm links a binary as it is: no script of the package runs, not even at installation.
  bin: { seamline: "bin/seamline" },
  files: ["bin"],
  os: [os],
  cpu: [cpu],
};
writeFileSync(join(stage, "package.json"), JSON.stringify(about, null, 2) + "\n");
writeFileSync(join(stage, "README.md"), "The program `seamline` as one binary; `seamline --help` says what it does.\n");
const name = execFileSync("npm", ["pack", "--silent", "--pack-destination", resolve(folder)], { cwd: stage, encoding: "utf8" });
rmSync(stage, { recursive: true });
console.log(join(folder, name.trim()));
