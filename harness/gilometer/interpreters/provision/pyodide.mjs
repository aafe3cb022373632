// The command line that Pyodide's package lacks: node pyodide.mjs PACKAGE SCRIPT [ARGUMENT ...]
//
// PACKAGE is the path of the package's own pyodide.mjs. The script sees this machine's files, environment and
// standard streams, and ends with its own exit status.

import { readdirSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";

const ITS_OWN = ["dev", "lib", "proc"]; // folders of Pyodide's file system, which the machine's would hide

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory();
}

function showFiles(FS) {
  const names = readdirSync("/").filter((name) => !ITS_OWN.includes(name));
  for (const folder of names.map((name) => `/${name}`).filter(isFolder)) {
    FS.mkdirTree(folder);
    FS.mount(FS.filesystems.NODEFS, { root: folder }, folder);
  }
  FS.chdir(process.cwd());
}

async function load(packagePath, args) {
  const { loadPyodide } = await import(pathToFileURL(packagePath));
  const env = { ...process.env, PYTHONINSPECT: "" }; // or the prompt would follow the script, as Pyodide has it
  const python = await loadPyodide({ args, env, fsInit: showFiles });
  python.setStdin();
  python.setStdout();
  python.setStderr();
  return python;
}

function run(python) {
  try {
    return python._module._run_main();
  } catch (end) {
    if (end.constructor.name === "ExitStatus") return end.status; // how Emscripten leaves exit()
    throw end;
  }
}

const [packagePath, ...args] = process.argv.slice(2);
process.exit(run(await load(packagePath, args)));
