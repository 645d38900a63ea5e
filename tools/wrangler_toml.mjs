/** Changes a variable in the text of wrangler.toml, and leaves all else as it is written. */

/**
 * A section or a variable that is commented out is put into force where it stands.
 *
 * @param {string} text
 * @param {string} environment "" is the top level
 * @param {string} name
 * @param {string} value
 */
export function withVariable(text, environment, name, value) {
  const lines = text.split("\n");
  const header = `[${environment ? `env.${environment}.` : ""}vars]`;
  let section = lines.findIndex((line) => uncommented(line) === header);
  if (section === -1) section = lines.push("", header) - 1;
  lines[section] = header;
  const next = lines.findIndex((line, at) => at > section && uncommented(line).startsWith("["));
  const end = next === -1 ? lines.length : next;
  const found = lines.findIndex((line, at) => at > section && at < end && uncommented(line).startsWith(`${name} =`));
  const written = `${name} = ${JSON.stringify(value)}`;
  if (found === -1) lines.splice(section + 1, 0, written);
  else lines[found] = written;
  return lines.join("\n");
}

const uncommented = (line) => line.replace(/^# /, "").trimEnd();
