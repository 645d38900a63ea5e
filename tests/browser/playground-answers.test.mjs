/** How the playground shows an answer: as markdown, safely, and however fast it comes. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { HUNG } from "../harness.mjs";
import { traceMainThread } from "./main-thread.mjs";
import { answer, QUESTION, sse, startPlayground } from "./playground-stage.mjs";

let stage;
before(async () => (stage = await startPlayground()));
afterEach(() => Promise.all(stage.profiles.splice(0).map((each) => each.close())));
after(() => stage?.close());

/** Events of OpenAI's chat that say these pieces. */
const saying = (pieces) => sse([...pieces.map((content) => JSON.stringify({ choices: [{ delta: { content } }] })), "[DONE]"]);

/** The page after an answer in these pieces. */
async function answered(pieces, options) {
  const { playground, key } = await stage.openWithKey("openai", options);
  await stage.mock.script(key, saying(pieces));
  await playground.ask(QUESTION);
  return playground;
}

const MARKDOWN = `# Title

Some **strong**, *soft*, ~~gone~~ and \`inline\` words,
on two lines. AT&amp;T &lt;3

## Below

1. one
2. two
   - inner

- [x] done

| a | b |
|---|--:|
| 1 | 2 |

> quoted

\`\`\`js
const n = create(1); // <b>
\`\`\`

---

[page](https://example.com/?a=1&b=2) <me@example.com>
`;

const AS_ELEMENTS = [
  "h4:Title",
  "p:Some strong, soft, gone and inline words,\non two lines. AT&T <3",
  "strong:strong",
  "em:soft",
  "del:gone",
  "code:inline",
  "h5:Below",
  "ol:onetwoinner",
  "li:one",
  "li:twoinner",
  "ul:inner",
  "li:inner",
  "ul: done",
  "li: done",
  "input:",
  "table:ab12",
  "thead:ab",
  "tr:ab",
  "th:a",
  "th:b",
  "tbody:12",
  "tr:12",
  "td:1",
  "td:2",
  "blockquote:quoted",
  "p:quoted",
  "pre:const n = create(1); // <b>",
  "code:const n = create(1); // <b>",
  "hr:",
  "p:page me@example.com",
  "a:page",
  "a:me@example.com",
];

/** The elements of the answer that mean something, in their order. */
const elements = (playground) =>
  playground.lastWords.evaluate((words) =>
    [...words.querySelectorAll(":not(div, span, button)")].map((each) => `${each.localName}:${each.textContent}`),
  );

describe("an answer's markdown", HUNG, () => {
  for (const [how, pieces] of [
    ["at once", [MARKDOWN]],
    ["letter by letter", [...MARKDOWN]],
    ["line by line", MARKDOWN.split(/(?<=\n)/)],
  ]) {
    it(`is headings, lists, tables, code and links, also when it comes ${how}`, async () => {
      assert.deepEqual(await elements(await answered(pieces)), AS_ELEMENTS);
    });
  }

  it("is the same when every piece is rendered by itself", async () => {
    const { page } = await stage.open();
    const found = await page.evaluate(async (text) => {
      const { answerView } = await import("/playground/answer-view.js");
      const [whole, pieces] = [document.createElement("div"), document.createElement("div")];
      const frames = [];
      globalThis.requestAnimationFrame = (frame) => frames.push(frame);
      const show = (view, text) => {
        view.add(text);
        while (frames.length) frames.shift()();
      };
      show(
        answerView(whole, (change) => change()),
        text,
      );
      const view = answerView(pieces, (change) => change());
      for (const piece of text) show(view, piece);
      return [pieces.outerHTML, whole.outerHTML];
    }, `${MARKDOWN}\n1. a\n\n   b\n\n2. c\n\n\ttab\r\n\r\nlast`);
    assert.equal(found[0], found[1]);
  });

  it("has code with its language, colours and a button that copies it", async () => {
    const playground = await answered([MARKDOWN]);
    const block = playground.lastWords.locator(".code-block");
    assert.deepEqual(await block.locator(".word, .number, .comment").allTextContents(), ["const", "1", "// <b>"]);
    await block.getByText("js", { exact: true }).waitFor();
    await block.getByRole("button", { name: "Copy" }).click();
    await block.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await playground.page.evaluate(() => navigator.clipboard.readText()), "const n = create(1); // <b>");
  });

  it("shows what in code is not seen, or turns it around, and copies it as it is", async () => {
    const code = 'echo "ok\u202e \u2066; rm -rf ~ #\u2069" \u200b\u{e0072} 👩‍💻';
    const playground = await answered([`\`a\u202eb\`\n\n\`\`\`sh\n${code}\n\`\`\`\n`]);
    const shown = 'echo "ok⟨U+202E⟩ ⟨U+2066⟩; rm -rf ~ #⟨U+2069⟩" ⟨U+200B⟩⟨U+E0072⟩ 👩‍💻';
    assert.deepEqual(await playground.lastWords.locator("code").allTextContents(), ["a⟨U+202E⟩b", shown]);
    await playground.button("Copy").click();
    await playground.button("Copied").waitFor();
    assert.equal(await playground.page.evaluate(() => navigator.clipboard.readText()), code);
  });

  it("leads to pages and mailboxes only, which learn nothing of this page", async () => {
    const bad = [
      "javascript:alert(1)",
      "data:text/html,x",
      "//evil.example",
      "/v1",
      "vbscript:x",
      " javascript:x",
      "java\nscript:x",
      "file:///x",
    ];
    const text = [...bad, "https://ok.example", "http://ok.example", "mailto:a@ok.example"]
      .map((href) => `[words](<${href}>)`)
      .join("\n\n");
    const links = (await answered([text])).lastWords.locator("a");
    assert.deepEqual(await links.evaluateAll((all) => all.map((each) => each.getAttribute("href"))), [
      "https://ok.example",
      "http://ok.example",
      "mailto:a@ok.example",
    ]);
    for (const link of await links.all()) {
      assert.match(await link.getAttribute("rel"), /noopener/);
      assert.match(await link.getAttribute("rel"), /noreferrer/);
      assert.equal(await link.getAttribute("target"), "_blank");
    }
  });

  it("makes no element of HTML, and asks nobody for an image", async () => {
    const html = [
      "<script>document.title = 1</script>",
      "<img src=x onerror='document.title = 1'>",
      "<svg onload='document.title = 1'>",
      "text <iframe src='https://evil.example'></iframe> <style>*{display:none}</style>",
      "![pixel](https://evil.example/p.png?secret) ![local](/playground/mark.svg)",
      "<a href='javascript:x' onclick='document.title = 1'>a</a>",
      "| <b>x</b> |\n|---|\n| <i>y</i> |",
    ].join("\n\n");
    const playground = await answered([html]);
    const made = await playground.lastWords.evaluate((words) => [...words.querySelectorAll("*")].map(({ localName }) => localName));
    assert.deepEqual([...new Set(made)].toSorted(), ["a", "div", "p", "table", "tbody", "td", "th", "thead", "tr"]);
    assert.equal(await playground.lastWords.locator("a").getAttribute("href"), "https://evil.example/p.png?secret");
    assert.ok((await playground.lastWords.textContent()).includes("<script>document.title = 1</script>"));
    assert.deepEqual([...new Set(playground.requests.map((request) => new URL(request.url()).origin))], [stage.relay]);
    assert.deepEqual(playground.complaints, []);
  });

  it("cannot be had from HTML by mistake: the page's policy forbids that", async () => {
    const { page } = await stage.open();
    const refused = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<b>x</b>";
        return "";
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(refused, "TypeError");
  });
});

/** Answers that would keep a careless page busy, by what is in them. */
const MEGABYTE = 1 << 20;
const filled = (words) => {
  const piece = words.repeat(Math.ceil(200 / words.length));
  return Array(Math.ceil(MEGABYTE / piece.length)).fill(piece);
};
const LONG = {
  "a few kilobytes of a table with millions of cells": [`${"|a".repeat(1000)}\n${"|-".repeat(1000)}\n`, "a\n".repeat(2000)],
  "a paragraph": filled("Some words of an answer. "),
  "short paragraphs": filled("Some **words** of an `answer`.\n\n"),
  "one code block": ["```js\n", ...filled("const answer = 42; // comment\n")],
  "one list": filled("- an item with a [link](https://example.com)\n"),
  "one table": ["| a | b |\n|---|---|\n", ...filled("| 1 | **2** |\n")],
  "quotes in quotes": filled("> > > > > > > > "),
  "brackets that never close": filled("![[]("),
  "stars that never close": filled("*a _b "),
  "wide tables": filled(`${"|a".repeat(200)}\n${"|-".repeat(200)}\n${"a\n".repeat(500)}\n`),
};

describe("an answer that comes as fast as it can", HUNG, () => {
  for (const [what, pieces] of Object.entries(LONG)) {
    it(`of ${what} is shown whole, and does not freeze the page`, async (t) => {
      const { playground, key } = await stage.openWithKey("openai");
      await stage.mock.script(key, saying(pieces));
      const traced = await traceMainThread(playground.page);
      await playground.send(QUESTION);
      await playground.turns.last().and(playground.page.locator("[aria-busy=false]")).waitFor();
      const words = await playground.lastWords.evaluate((each) => each.textContent.length);
      assert.ok(words > pieces.join("").length / 2, `${words} characters`);
      const { longest } = await traced();
      t.diagnostic(`longest turn ${Math.round(longest)} ms`);
      assert.ok(longest < 200, `${longest} ms`);
    });
  }

  for (const what of ["a paragraph", "short paragraphs", "one code block", "brackets that never close"]) {
    it(`of ${what} ends within 100 ms of Stop`, async (t) => {
      const { playground, key } = await stage.openWithKey("openai");
      await stage.mock.script(key, saying(Array(4).fill(LONG[what]).flat()));
      const traced = await traceMainThread(playground.page);
      const stopping = playground.page.evaluate(stopSoon);
      await playground.send(QUESTION);
      await stopping;
      await playground.turns.last().getByText("stopped").waitFor();
      const took = (await traced()).between("stop", "stopped");
      t.diagnostic(`${Math.round(took)} ms`);
      assert.ok(took < 100, `${took} ms`);
    });
  }
});

/** In the page: presses Stop soon after the first words are there, and marks when. */
function stopSoon() {
  const WAIT_MS = 50;
  return new Promise((resolve, reject) => {
    const stop = document.querySelector("#stop");
    function press() {
      if (stop.hidden) return reject(new Error("all has come already"));
      new MutationObserver(() => {
        if (!stop.hidden) return;
        performance.mark("stopped");
        resolve();
      }).observe(stop, { attributes: true });
      performance.mark("stop");
      stop.click();
    }
    new MutationObserver((_, observer) => {
      if (!document.querySelector(".answer .words")?.textContent) return;
      observer.disconnect();
      setTimeout(press, WAIT_MS);
    }).observe(document.querySelector("#log"), { childList: true, subtree: true });
  });
}
