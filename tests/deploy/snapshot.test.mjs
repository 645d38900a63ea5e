/**
 * What a deployment would refuse: it runs the Worker's top level and then takes a snapshot of Python's memory, which can hold neither
 * JavaScript objects nor random numbers. Nothing local complains, so the entry is imported here with every look at JavaScript watched.
 */
import assert from "node:assert/strict";
import nodeCrypto from "node:crypto";
import { test } from "node:test";
import { SOURCE } from "../../tools/relay.mjs";
import { alteredSource } from "../altered.mjs";
import { startPython } from "../runtimes/pyodide.mjs";

/** Names of module-level values, however deep inside containers of the Worker's modules, that are JavaScript's. */
const FIND_JS_OBJECTS = `
import sys, types
from pyodide.ffi import JsProxy

def js_objects(value, name, seen):
    if value is sys.modules["js"] or id(value) in seen:
        return []
    seen.add(id(value))
    if isinstance(value, JsProxy):
        return [name]
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = list(enumerate(value))
    elif isinstance(value, types.FunctionType):
        parts = [("cell", cell.cell_contents) for cell in value.__closure__ or ()] + list(enumerate(value.__defaults__ or ()))
    elif isinstance(value, type) or type(value).__module__.startswith(("byok_relay", "workers_boundary")):
        slots = [slot for cls in type(value).__mro__ for slot in getattr(cls, "__slots__", ())]
        parts = list(getattr(value, "__dict__", {}).items()) + [(slot, getattr(value, slot, None)) for slot in slots]
    else:
        return []
    return [found for key, part in parts for found in js_objects(part, f"{name}.{key}", seen)]

seen = set()
mine = {name: module for name, module in sys.modules.items() if (getattr(module, "__file__", None) or "").startswith("/src/")}
[found for name, module in mine.items() for found in js_objects(vars(module), name, seen)]
`;

/** Imports the entry of a source folder; tells which JavaScript globals that read, what it kept, and how often it drew entropy. */
async function importEntry(source) {
  const read = [];
  const globals = new Proxy(globalThis, { get: (target, name) => (read.push(String(name)), Reflect.get(target, name)) });
  const python = await startPython(source, console.error, globals);
  const draw = nodeCrypto.randomFillSync; // where Python's entropy comes from when it runs in Node
  let draws = 0;
  nodeCrypto.randomFillSync = (...args) => (draws++, draw(...args));
  try {
    read.length = 0;
    python.runPython("import entry");
    const readOnImport = read.filter((name) => !name.startsWith("__")); // those are Python's own questions to any module
    return { readOnImport, draws, kept: python.runPython(FIND_JS_OBJECTS).toJs() };
  } finally {
    nodeCrypto.randomFillSync = draw;
  }
}

test("importing the entry reads nothing of JavaScript, keeps nothing of it, and draws no entropy", async () => {
  assert.deepEqual(await importEntry(SOURCE), { readOnImport: [], draws: 0, kept: [] });
});

test("the check finds what it looks for", async () => {
  const code = "import js, os\nHIDDEN = {'deep': [js.Object.new()]}\nSALT = os.urandom(4)\n";
  const altered = await alteredSource(code, "byok_relay/policy.py");
  try {
    const { readOnImport, draws, kept } = await importEntry(altered.source);
    assert.deepEqual(readOnImport, ["Object"]);
    assert.deepEqual(kept, ["byok_relay.policy.HIDDEN.deep.0"]);
    assert.notEqual(draws, 0);
  } finally {
    await altered.close();
  }
});
