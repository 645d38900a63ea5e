/** Starts Python in a page or in a worker, the same in both, and gives the functions of python_app.py. */
import { loadPyodide } from "/pyodide/pyodide.mjs";

const get = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
};
const bytes = async (path) => (await get(path)).arrayBuffer();

export async function startPython() {
  const python = await loadPyodide();
  for (const name of await (await get("/wheels.json")).json()) python.unpackArchive(await bytes(`/wheels/${name}`), "wheel");
  python.FS.writeFile("python_app.py", new Uint8Array(await bytes("/app/python_app.py")));
  return python.pyimport("python_app");
}
