/** `node seal.mjs`, with {sealing, calls} on standard input: the tokens relay.js makes against a relay with that `sealing`, as a JSON list. */
import { text } from "node:stream/consumers";
import { connect } from "../../public/relay.js";
import { startDocument } from "./document.mjs";

const { sealing, calls } = JSON.parse(await text(process.stdin));
const stand = await startDocument(sealing);
const relay = connect(stand.url);
console.log(JSON.stringify(await Promise.all(calls.map((call) => relay.seal(call)))));
stand.close();
