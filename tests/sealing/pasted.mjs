/** What people paste for a key, by what they took along with it. @param {string} key @returns {Record<string, string>} */
export const pasted = (key) => ({
  "nothing else": key,
  "space around it": ` \t${key}\r\n`,
  "a no-break space": `\u00a0${key}\u00a0`,
  "straight quotes": `"${key}"`,
  "single quotes": `'${key}'`,
  "typographic quotes": `\u201c${key}\u201d`,
  "German quotes": `\u201e${key}\u201c`,
  "only the last quote": `${key}\u2019`,
  backticks: `\`${key}\``,
  "a comma at its end": `"${key}",`,
  "a semicolon at its end": `'${key}';`,
  Bearer: `Bearer ${key}`,
  "bearer in quotes": `"bearer  ${key}"`,
  "a line of a .env file": `OPENAI_API_KEY=${key}\n`,
  "a line of a .env file, in quotes": `API_KEY_2="${key}"`,
  "a line of a shell": `export OPENAI_API_KEY='${key}';`,
});
