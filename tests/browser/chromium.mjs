/**
 * The Chromium the browser tests use: $CHROMIUM, else one that is installed, else the one inside the npm package @sparticuz/chromium,
 * so that a machine with nothing but Node runs them too.
 *
 * That package is made for serverless hosts. Only its files are used here: its recommended flags turn web security off, and with that
 * the CORS these tests are about.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, createReadStream, createWriteStream, existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import { chromium } from "playwright-core";

/** @typedef {{executablePath: string, env?: Record<string, string>}} Executable */

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const REMEDY = "install one (Debian: apt-get install -y chromium) or set CHROMIUM to its path";

// Playwright turns most of what a browser does in the background off, and the sandbox, which root cannot have. The rest:
const ARGS = [
  "--disable-quic",
  "--disable-domain-reliability",
  "--no-pings",
  "--use-fake-device-for-media-stream", // a microphone that beeps,
  "--use-fake-ui-for-media-stream", // and that every page may use
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", // whatever a page asks for, nothing leaves this machine
];

/** @returns {Promise<import("playwright-core").Browser>} */
export async function launch() {
  const { executablePath, env } = installed() ?? (await shipped());
  try {
    return await chromium.launch({ executablePath, args: ARGS, env: { ...process.env, ...env } });
  } catch (error) {
    const missing = /error while loading shared libraries: ([^\s:]+)/.exec(error.message)?.[1];
    throw missing ? new Error(`${executablePath} needs ${missing}, which is not here: ${REMEDY}`) : error;
  }
}

/** @returns {Executable | undefined} */
function installed() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = process.env.CHROMIUM ? [process.env.CHROMIUM] : folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const executablePath = paths.find(isExecutable);
  if (process.env.CHROMIUM && !executablePath) throw new Error(`CHROMIUM is set to ${process.env.CHROMIUM}, which cannot be run`);
  return executablePath && { executablePath };
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<Executable>} */
async function shipped() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`there is no Chromium here, and the npm package has none for ${process.platform} ${process.arch}: ${REMEDY}`);
  }
  const folder = await unpacked(fileURLToPath(new URL("../", import.meta.resolve("@sparticuz/chromium"))));
  const libraries = join(folder, "lib"); // those that a small Linux lacks
  return {
    executablePath: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
      ...(!existsSync("/etc/fonts/fonts.conf") && { FONTCONFIG_FILE: join(folder, "fonts.conf") }),
    },
  };
}

/**
 * Unpacks the package once for each of its versions, beside the installed packages, where `npm ci` clears it away. Test files run at
 * the same time may all come here first: each unpacks into a folder of its own, and the first to finish gives it the final name.
 */
async function unpacked(packageFolder) {
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(`${folder}-`);
  const archive = (name) => createReadStream(join(packageFolder, "bin", name)).pipe(createBrotliDecompress());
  await Promise.all([
    pipeline(archive("chromium.br"), createWriteStream(join(own, "chromium"), { mode: 0o755 })),
    untar(archive("al2023.tar.br"), own),
    untar(archive("fonts.tar.br"), own),
  ]);
  await writeFile(join(own, "fonts.conf"), '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n');
  await rename(own, folder).catch(async (error) => {
    if (!existsSync(folder)) throw error;
    await rm(own, { recursive: true });
  });
  return folder;
}

async function untar(stream, folder) {
  const tar = spawn("tar", ["-x", "--no-same-owner", "-C", folder], { stdio: ["pipe", "inherit", "inherit"] });
  // Having read the archive's end, tar may leave before it has taken what pads it. Had it lacked anything, its status would say so.
  const [[status]] = await Promise.all([once(tar, "close"), pipeline(stream, tar.stdin).catch(() => {})]);
  if (status !== 0) throw new Error(`tar ended with status ${status}`);
}
