/**
 * The words the mock's modules share. Types only, nothing runs here.
 *
 * A provider speaks one or more dialects, each below its own paths: Gemini has its native API and an OpenAI-compatible one,
 * with other keys, other errors, other answers. So a dialect, not a provider, is the unit of description.
 *
 * @typedef {object} Dialect
 * @property {RegExp} [under]                    the paths (without the provider segment) it answers for; all, if nothing is said
 * @property {Record<string, RegExp>} carriers   where a key may natively be: header name -> what its value looks like
 * @property {string[]} [needs]                  headers without which the provider refuses
 * @property {RegExp} [raw]                      paths whose bodies are bytes, not JSON
 * @property {string} [jsonType]                 the content type of JSON answers, if it is not the usual one
 * @property {(id: string) => Headers} headers   what every answer carries; `id` is the request id
 * @property {Record<ErrorKind, ProviderError>} errors
 * @property {(error: ProviderError, id: string) => unknown} errorBody
 * @property {Routes} routes
 *
 * @typedef {Record<string, (call: Call) => Payload>} Routes   method and path, a regular expression whose groups become `call.params`
 *
 * @typedef {object} Call                        what an answer may depend on
 * @property {string[]} params
 * @property {URLSearchParams} query
 * @property {any} body                          the parsed JSON body; {} when the body is not JSON
 * @property {Buffer} bytes                      the body as it came
 * @property {string} here                       the provider's base URL, as this request has found it
 *
 * @typedef {object} Payload                     what a route answers, always with status 200
 * @property {string} [type]                     content type, when it is not the dialect's JSON
 * @property {unknown} [json]
 * @property {Buffer} [bytes]
 * @property {Headers} [headers]                 besides those of the dialect
 * @property {string[]} [frames]                 a stream, in the pieces it is written in
 *
 * @typedef {object} Answer                      a complete answer, ready to be written
 * @property {number} status
 * @property {Headers} headers
 * @property {Buffer[]} chunks
 * @property {boolean} stream                    chunks come one by one, without a content-length
 *
 * @typedef {Record<string, string | string[]>} Headers
 *
 * @typedef {"no_key" | "wrong_key" | "rate_limit" | "overloaded" | "server" | "not_found" | "bad_request" | "too_large" | "unknown_path"} ErrorKind
 *
 * @typedef {{status: number, message: string, type?: string, headers?: Headers, [more: string]: unknown}} ProviderError
 *   `type` is the provider's own name for it, `headers` come on top of the usual ones
 *
 * @typedef {object} Behaviour                   see behaviour.mjs
 * @property {boolean} [hold]
 * @property {boolean} [late]
 * @property {"before_headers" | "mid_stream"} [reset]
 * @property {boolean} [truncate]
 * @property {boolean} [endless]
 * @property {{status: number, location: string}} [redirect]
 * @property {{status: number, headers?: Headers, body?: string, body_base64?: string}} [respond]
 * @property {ErrorKind} [error]
 * @property {boolean} [echo]
 * @property {boolean} [direct]
 * @property {Wire} [wire]
 *
 * @typedef {object} Wire                        exact bytes on the connection
 * @property {(string | [string, number])[]} pieces   base64; with a number, that piece so many times
 * @property {"close" | "reset" | "stay"} then   after the last piece: FIN, RST, or silence until the other side closes
 * @property {boolean} [early]                   without waiting for the request's body
 *
 * @typedef {object} RequestRecord
 * @property {string} provider
 * @property {string} method
 * @property {string} url
 * @property {[string, string][]} headers        as received, names lower-cased
 * @property {string | null} body_sha256         null until the body has come in whole
 * @property {number} body_length
 * @property {Buffer | null} body                null when too long, or dropped for newer ones
 * @property {string[]} violations
 * @property {"open" | "finished" | "aborted"} state
 * @property {number} at                          when it came, in milliseconds since 1970
 *
 * @typedef {"head" | "body" | "request" | "first_chunk" | "stalled" | "finished" | "aborted" | "over"} Happening
 */
export {};
