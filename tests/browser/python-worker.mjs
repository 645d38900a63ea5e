/** Python in a web worker. In comes the name of a function of python_app.py with its arguments; out goes what it returns. */
import { startPython } from "./python.mjs";

const app = startPython();

onmessage = async ({ data: [name, ...args] }) => {
  try {
    postMessage({ returned: (await app)[name](...args) });
  } catch (error) {
    postMessage({ failed: error.message });
  }
};
