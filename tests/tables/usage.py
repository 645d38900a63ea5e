"""Answers of providers, and what a meter says about each: rows of a name, a content type, a body and the usage.

The numbers are those of recorded answers where there are any (vercel/ai's fixtures, the vendors' documents), the rest is made up.
"""

import json

from byok_relay.metering import Usage

SSE = "text/event-stream; charset=utf-8"
JSON = "application/json"
NDJSON = "application/stream+json"

# What a model says. The counts in it are none.
SAID = """🙂 says ümlaut, "usage":{"prompt_tokens":999}, 'data: [DONE]'\\ \u2028

data: {"usage":{"completion_tokens":999}}
"""


def usage(input=None, output=None, cached=None, reasoning=None, model=None):
    return Usage(input, output, cached, reasoning, model)


def body(value, indent=None):
    return json.dumps(value, ensure_ascii=False, indent=indent).encode()


def sse(*events, end="\n", last="data: [DONE]"):
    """Server-sent events, each of which is a comment, or data that is named by its `type` if it has one."""
    blocks = [each if isinstance(each, str) else _event(each) for each in events] + ([last] if last else [])
    return "".join(block + "\n\n" for block in blocks).replace("\n", end).encode()


def _event(value):
    data = "data: " + json.dumps(value, ensure_ascii=False)
    return f"event: {value['type']}\n{data}" if "type" in value else data


def ndjson(*values):
    return b"".join(body(value) + b"\n" for value in values)


def chunk(content=None, model="gpt-4o-mini", **more):
    """A chunk of a chat; without content, one without choices."""
    choices = [] if content is None else [{"index": 0, "delta": {"content": content}, "logprobs": None, "finish_reason": None}]
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": choices} | more


def completion(counts, model="gpt-4o-mini", **more):
    choices = [{"index": 0, "message": {"role": "assistant", "content": SAID}, "finish_reason": "stop"}]
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model, "choices": choices, "usage": counts} | more


FOUR_NINE = usage(4, 9, model="gpt-4o-mini")


def chat_counts(prompt, completion, total=None, cached=None, reasoning=None, **more):
    details = {} if cached is None else {"prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0}}
    details |= {} if reasoning is None else {"completion_tokens_details": {"reasoning_tokens": reasoning, "audio_tokens": 0}}
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total or prompt + completion} | details | more


def response(status, counts):
    output = [{"type": "message", "content": [{"type": "output_text", "text": SAID}]}]
    return {"id": "resp_1", "object": "response", "status": status, "model": "gpt-5-2025-08-07", "output": output, "usage": counts}


def responses_stream(end):
    return sse(
        {"type": "response.created", "response": response("in_progress", None)},
        {"type": "response.output_text.delta", "delta": SAID, "sequence_number": 4},
        {"type": f"response.{end}", "response": response(end, RESPONSES)},
        last=None,
    )


RESPONSES = {
    "input_tokens": 75,
    "input_tokens_details": {"cached_tokens": 64, "cache_write_tokens": 0},
    "output_tokens": 1186,
    "output_tokens_details": {"reasoning_tokens": 1024},
    "total_tokens": 1261,
}
RESPONSES_USAGE = usage(75, 1186, 64, 1024, "gpt-5-2025-08-07")

CLAUDE = {"input_tokens": 1, "cache_creation_input_tokens": 287, "cache_read_input_tokens": 30433, "output_tokens": 67}
CLAUDE_USAGE = usage(30721, 67, 30433, None, "claude-sonnet-4-5")


def message(counts, model="claude-sonnet-4-5"):
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [], "usage": counts}


def messages_stream(start, delta):
    return sse(
        {"type": "message_start", "message": message(start)},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": SAID}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"usage":{"output_tokens":9'}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": delta},
        {"type": "message_stop"},
        last=None,
    )


def gemini(text, counts):
    parts = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    return {"candidates": [parts], "usageMetadata": counts, "modelVersion": "gemini-2.5-flash", "responseId": "x"}


def gemini_counts(prompt, candidates=None, thoughts=None, **more):
    counts = {"promptTokenCount": prompt, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}]}
    counts |= {} if candidates is None else {"candidatesTokenCount": candidates}
    counts |= {} if thoughts is None else {"thoughtsTokenCount": thoughts}
    return counts | {"totalTokenCount": prompt + (candidates or 0) + (thoughts or 0)} | more


GEMINI = [gemini("One", gemini_counts(20, thoughts=300)), gemini(SAID, gemini_counts(20, 198, 405, cachedContentTokenCount=16))]
GEMINI_USAGE = usage(20, 603, 16, 405, "gemini-2.5-flash")

INTERACTION = {
    "id": "v1_x",
    "status": "completed",
    "model": "gemini-3.5-flash",
    "usage": {
        "total_input_tokens": 10,
        "total_output_tokens": 4,
        "total_thought_tokens": 2,
        "total_cached_tokens": 3,
        "total_tokens": 16,
    },
}

COHERE = {
    "billed_units": {"input_tokens": 5, "output_tokens": 2},
    "tokens": {"input_tokens": 500, "output_tokens": 5},
    "cached_tokens": 448,
}
XAI = chat_counts(12, 1, 303, 11, 290, num_sources_used=0, cost_in_usd_ticks=1466250)
DEEPSEEK = chat_counts(88, 4, 92, 80, 4, prompt_cache_hit_tokens=80, prompt_cache_miss_tokens=8)
GROQ = chat_counts(18, 181, queue_time=0.01, prompt_time=0.002, completion_time=0.3, total_time=0.31)
SONAR = "sonar-deep-research"


def perplexity(content, completion, **more):
    return chunk(content, SONAR, usage=chat_counts(33, completion, **more), citations=["https://a.example"])


ANSWERS = [
    ("chat", JSON, body(completion(chat_counts(19, 10, cached=8, reasoning=4))), usage(19, 10, 8, 4, "gpt-4o-mini")),
    ("chat, indented", JSON, body(completion(chat_counts(19, 10)), 2), usage(19, 10, model="gpt-4o-mini")),
    ("chat after blank lines", JSON, b"\n\n\r\n \n" + body(completion(DEEPSEEK, "m")) + b"\n", usage(88, 4, 80, 4, "m")),
    ("chat behind a BOM", JSON, b"\xef\xbb\xbf" + body(completion(chat_counts(1, 2), "m")), usage(1, 2, model="m")),
    (
        "chat stream",
        SSE,
        sse(chunk("", usage=None), chunk(SAID, usage=None), chunk(usage=chat_counts(19, 10, cached=0, reasoning=0))),
        usage(19, 10, 0, 0, "gpt-4o-mini"),
    ),
    ("chat stream without usage", SSE, sse(chunk("a"), chunk(SAID)), None),
    ("chat stream, in the last chunk with words", SSE, sse(chunk("a"), chunk(".", usage=chat_counts(4, 9))), FOUR_NINE),
    ("chat stream behind a BOM", SSE, b"\xef\xbb\xbf" + sse(chunk(usage=chat_counts(4, 9)), last=None), FOUR_NINE),
    (
        "embeddings",
        JSON,
        body({"object": "list", "data": [{"embedding": [0.1, -2e-3]}], "model": "e", "usage": {"prompt_tokens": 8, "total_tokens": 8}}),
        usage(8, model="e"),
    ),
    ("responses", JSON, body(response("completed", RESPONSES)), RESPONSES_USAGE),
    *((f"responses stream, {end}", SSE, responses_stream(end), RESPONSES_USAGE) for end in ("completed", "incomplete", "failed")),
    (
        "image",
        JSON,
        body(
            {
                "created": 1,
                "data": [{"b64_json": "iVBORw0KGgo="}],
                "usage": {
                    "total_tokens": 100,
                    "input_tokens": 50,
                    "output_tokens": 50,
                    "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
                },
            }
        ),
        usage(50, 50),
    ),
    (
        "image stream",
        SSE,
        sse(
            {
                "type": "image_generation.completed",
                "b64_json": "iVBORw0KGgo=",
                "usage": {"total_tokens": 100, "input_tokens": 50, "output_tokens": 50},
            },
            last=None,
        ),
        usage(50, 50),
    ),
    (
        "transcription by tokens",
        JSON,
        body(
            {
                "text": SAID,
                "usage": {
                    "type": "tokens",
                    "input_tokens": 14,
                    "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
                    "output_tokens": 45,
                    "total_tokens": 59,
                },
            }
        ),
        usage(14, 45),
    ),
    ("transcription by seconds", JSON, body({"text": SAID, "usage": {"type": "duration", "seconds": 9}}), None),
    (
        "transcription stream",
        SSE,
        sse(
            {"type": "transcript.text.delta", "delta": SAID},
            {
                "type": "transcript.text.done",
                "text": "a",
                "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 45, "total_tokens": 59},
            },
            last=None,
        ),
        usage(14, 45),
    ),
    ("messages", JSON, body(message(CLAUDE)), CLAUDE_USAGE),
    (
        "messages with thinking",
        JSON,
        body(message(CLAUDE | {"output_tokens_details": {"thinking_tokens": 40}})),
        CLAUDE_USAGE._replace(reasoning=40),
    ),
    ("messages stream", SSE, messages_stream(CLAUDE | {"output_tokens": 1}, {"output_tokens": 67}), CLAUDE_USAGE),
    (
        "messages stream with a longer prompt at its end",
        SSE,
        messages_stream({"input_tokens": 43, "output_tokens": 1}, {"input_tokens": 61, "output_tokens": 2}),
        usage(61, 2, model="claude-sonnet-4-5"),
    ),
    ("messages stream, prompt at its end only", SSE, messages_stream({"input_tokens": 0, "output_tokens": 0}, CLAUDE), CLAUDE_USAGE),
    (
        "messages stream, prompt at its start only",
        SSE,
        messages_stream(CLAUDE, CLAUDE | {"input_tokens": 0, "cache_read_input_tokens": 0}),
        CLAUDE_USAGE,
    ),
    ("messages token count", JSON, b'{"input_tokens": 2095}', None),
    ("gemini", JSON, body(GEMINI[1], 2), GEMINI_USAGE),
    (
        "gemini with tools",
        JSON,
        body(gemini("", gemini_counts(55, 51, 56, toolUsePromptTokenCount=89))),
        usage(144, 107, None, 56, "gemini-2.5-flash"),
    ),
    ("gemini that only thought", JSON, body(gemini("", gemini_counts(21, thoughts=60))), usage(21, 60, None, 60, "gemini-2.5-flash")),
    ("gemini events", SSE, sse(*GEMINI, last=None), GEMINI_USAGE),
    ("gemini events, CRLF", SSE, sse(*GEMINI, end="\r\n", last=None), GEMINI_USAGE),
    ("gemini array", JSON, b"[" + b",\r\n".join(body(each, 2) for each in GEMINI) + b"\n]\n", GEMINI_USAGE),
    ("gemini array of errors", JSON, b'[{"error": {"code": 400, "message": "usageMetadata", "status": "INVALID_ARGUMENT"}}]', None),
    (
        "gemini's chat",
        SSE,
        sse(chunk("1", "g", usage=chat_counts(9, 1, 103)), chunk(", ", "g", usage=chat_counts(9, 3, 105))),
        usage(9, 96, model="g"),
    ),
    ("interaction", JSON, body(INTERACTION), usage(10, 6, 3, 2, "gemini-3.5-flash")),
    (
        "interaction stream",
        SSE,
        sse(
            {"type": "step.delta", "delta": {"text": SAID}},
            {"type": "interaction.completed", "interaction": INTERACTION},
            last="event: done\ndata: [DONE]",
        ),
        usage(10, 6, 3, 2, "gemini-3.5-flash"),
    ),
    (
        "cohere",
        JSON,
        body({"id": "1", "message": {"role": "assistant", "content": [{"type": "text", "text": SAID}]}, "usage": COHERE}),
        usage(500, 5, 448),
    ),
    (
        "cohere stream",
        SSE,
        sse(
            {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": SAID}}}},
            {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": COHERE}},
        ),
        usage(500, 5, 448),
    ),
    (
        "cohere that only bills",
        JSON,
        body({"id": "1", "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 7}}}),
        usage(7),
    ),
    ("cohere v1", JSON, body({"text": SAID, "meta": {"api_version": {"version": "1"}} | COHERE}), usage(500, 5, 448)),
    (
        "cohere v1 stream",
        NDJSON,
        ndjson(
            {"is_finished": False, "event_type": "text-generation", "text": SAID},
            {"is_finished": True, "event_type": "stream-end", "response": {"text": SAID, "meta": COHERE}},
        ),
        usage(500, 5, 448),
    ),
    ("mistral stream", SSE, sse(chunk("a", "m"), chunk(".", "m", usage=chat_counts(13, 447))), usage(13, 447, model="m")),
    (
        "mistral transcription",
        JSON,
        body({"model": "voxtral-mini-latest", "text": SAID, "usage": chat_counts(3, 41, 419, 0, prompt_audio_seconds=12)}),
        usage(378, 41, 0, model="voxtral-mini-latest"),
    ),
    (
        "mistral transcription, cached",
        JSON,
        body({"model": "v", "text": SAID, "usage": chat_counts(5, 24, 404, 368, prompt_audio_seconds=5)}),
        usage(380, 24, 368, model="v"),
    ),
    (
        "mistral without audio",
        JSON,
        body(completion(chat_counts(13, 7, cached=0, prompt_audio_seconds=0), "m")),
        usage(13, 7, 0, model="m"),
    ),
    (
        "deepseek stream",
        SSE,
        sse(": keep-alive", chunk("", "d", usage=None), ": keep-alive", chunk(SAID, "d", usage=DEEPSEEK)),
        usage(88, 4, 80, 4, "d"),
    ),
    (
        "perplexity stream",
        SSE,
        sse(
            perplexity("a", 1),
            perplexity(SAID, 2),
            perplexity("", 7163, citation_tokens=20028, reasoning_tokens=73997),
            end="\r\n",
            last=None,
        ),
        usage(33, 81160, None, 73997, SONAR),
    ),
    (
        "groq stream",
        SSE,
        sse(chunk("a", "l", x_groq={"id": "req_1"}), chunk("", "l", x_groq={"id": "req_1", "usage": GROQ})),
        usage(18, 181, model="l"),
    ),
    (
        "groq stream, twice",
        SSE,
        sse(chunk("a", "l"), chunk("", "l", usage=GROQ, x_groq={"id": "req_1", "usage": GROQ})),
        usage(18, 181, model="l"),
    ),
    (
        "openrouter stream",
        SSE,
        sse(
            ": OPENROUTER PROCESSING",
            chunk("a", "openai/gpt-4o"),
            chunk(
                "",
                "openai/gpt-4o",
                usage=chat_counts(7, 2, cached=0, cost=0.0001, is_byok=True, cost_details={"upstream_inference_cost": None}),
            ),
        ),
        usage(7, 2, 0, model="openai/gpt-4o"),
    ),
    ("xai", JSON, body(completion(XAI, "grok-3-mini")), usage(12, 291, 11, 290, "grok-3-mini")),
    ("xai stream", SSE, sse(chunk("a", "grok-3-mini"), chunk(model="grok-3-mini", usage=XAI)), usage(12, 291, 11, 290, "grok-3-mini")),
    (
        "xai with a cache beside its prompt",
        JSON,
        body(completion(chat_counts(4142, 254, 8724, 4328), "g")),
        usage(8470, 254, 4328, model="g"),
    ),
    (
        "moonshot stream",
        SSE,
        sse(
            chunk("a", "k"),
            chunk(
                "", "k", choices=[{"index": 0, "delta": {}, "finish_reason": "stop", "usage": chat_counts(19, 13) | {"cached_tokens": 10}}]
            ),
        ),
        usage(19, 13, 10, model="k"),
    ),
    (
        "fireworks stream",
        SSE,
        sse(chunk("a", "accounts/fireworks/models/x"), chunk("", "accounts/fireworks/models/x", usage=chat_counts(9, 5))),
        usage(9, 5, model="accounts/fireworks/models/x"),
    ),
    (
        "together stream",
        SSE,
        sse(chunk("a", "meta-llama/Llama-3.3-70B"), chunk("", "meta-llama/Llama-3.3-70B", usage=chat_counts(9, 5, cached_tokens=4))),
        usage(9, 5, 4, model="meta-llama/Llama-3.3-70B"),
    ),
    ("hugging face", JSON, body(completion(chat_counts(9, 5), "org/model:provider")), usage(9, 5, model="org/model:provider")),
    (
        "azure stream",
        SSE,
        sse({"choices": [], "model": "", "prompt_filter_results": [{"prompt_index": 0}]}, chunk("a"), chunk(usage=chat_counts(9, 5))),
        usage(9, 5, model="gpt-4o-mini"),
    ),
    (
        "replicate",
        JSON,
        body(
            {
                "id": "p",
                "model": "meta/llama-3",
                "output": ["a", SAID],
                "metrics": {"predict_time": 0.4, "input_token_count": 22, "output_token_count": 9},
            }
        ),
        usage(22, 9, model="meta/llama-3"),
    ),
    ("replicate without tokens", JSON, body({"id": "p", "model": "owner/name", "output": "a", "metrics": {"predict_time": 0.4}}), None),
]


def counted(count):
    return b'{"model":"m","usage":{"prompt_tokens":' + count + b',"completion_tokens":2}}'


BY_HALF = usage(None, 2, model="m")  # the one count is none, the other is

# What is broken, odd or meant to mislead.
HOSTILE = [
    *(
        (f"the count {count[:20].decode()}", JSON, counted(count), BY_HALF)
        for count in b'true false null -1 1.0 1.5 1e3 1e400 -0.0 NaN Infinity "7" [7] {"a":7} 1000000000000'.split()
    ),
    ("a count of more digits than Python reads", JSON, counted(b"9" * 5000), None),
    ("the largest count", JSON, counted(b"999999999999"), usage(999999999999, 2, model="m")),
    *(
        (f"usage that is {value}", JSON, b'{"model":"m","usage":' + value.encode() + b',"tokens":1}', None)
        for value in 'null 1 [] {} true [1] "prompt_tokens"'.split()
    ),
    ("a total alone", JSON, b'{"model":"m","usage":{"total_tokens":5}}', None),
    ("nothing", JSON, b"", None),
    ("no events", SSE, b"", None),
    ("no JSON", JSON, b'prompt_tokens" {"usage":{"prompt_tokens":1', None),
    ("half a body", JSON, body(completion(chat_counts(1, 2)))[:-1], None),
    ("too many ends", JSON, b"]}]}" + counted(b"1") + b"}]", usage(1, 2, model="m")),
    ("nested too deep", JSON, b'{"usage":{"prompt_tokens":' + b"[" * 5000 + b"]" * 5000 + b"}}", None),
    (
        "nested too deep in an event",
        SSE,
        b'data: {"usage":{"prompt_tokens":' + b'{"a":' * 5000 + b"\n\n" + sse(chunk(usage=chat_counts(4, 9))),
        FOUR_NINE,
    ),
    ("usage twice in one object", JSON, b'{"usage":{"prompt_tokens":1},"usage":{"prompt_tokens":3,"completion_tokens":2}}', usage(3, 2)),
    ("a name in escapes", JSON, b'{"\\u0075sage":{"prompt_tokens":3,"completion_tokens":2}}', usage(3, 2)),
    ("bytes that are no UTF-8", JSON, b'{"text":"\xff\xfe\xc3","usage":{"prompt_tokens":3,"completion_tokens":2}}', usage(3, 2)),
    ("strings that end in backslashes", JSON, b'{"a":"\\\\","b":"\\"}{[","c":"\\\\\\"",' + counted(b"3")[1:], usage(3, 2, model="m")),
    ("usage below what is generated", JSON, body(completion(None, output={"usage": chat_counts(1, 1)}, tokens={"input_tokens": 1})), None),
    (
        "data in many lines",
        SSE,
        b'data: {"model":"m",\ndata:"usage":\ndata:\ndata: {"prompt_tokens":3,\ndata\ndata:"completion_tokens":2}}\n\n',
        usage(3, 2, model="m"),
    ),
    ("data without a space", SSE, sse(chunk(usage=chat_counts(4, 9))).replace(b"data: ", b"data:"), FOUR_NINE),
    (
        "data between other fields",
        SSE,
        b'id: 1\ndata: {"usage":{"prompt_tokens":3,\nretry: 9\n:data: 7\ndata: "completion_tokens":2}}\nevent: x\n\n',
        usage(3, 2),
    ),
    ("an event without an end", SSE, sse(chunk("a"), chunk(usage=chat_counts(4, 9)), last=None).rstrip(b"\n"), FOUR_NINE),
    ("an event that is cut off", SSE, sse(perplexity("a", 1), perplexity("b", 2), last=None)[:-9], usage(33, 1, model=SONAR)),
    ("a line without an end", NDJSON, counted(b"1"), usage(1, 2, model="m")),
    ("lines between which is none", NDJSON, b'\n\r\n\rprompt_tokens"\r' + counted(b"1") + b"\r\n\n", usage(1, 2, model="m")),
    (
        "broken events before a good one",
        SSE,
        sse('data: {"usage":{"prompt_tokens":', 'data: {]"tokens"', "usage", chunk(usage=chat_counts(4, 9))),
        FOUR_NINE,
    ),
    ("an error after the usage", SSE, sse(chunk(usage=chat_counts(4, 9)), {"error": {"message": "prompt_tokens"}}), FOUR_NINE),
    ("an array in an array", JSON, b"[[" + counted(b"1") + b"]," + counted(b"4") + b',7,null,"]"]', usage(4, 2, model="m")),
    *(
        (f"a model of the name {name!r:.30}", JSON, body(completion(chat_counts(1, 2), name)), usage(1, 2))
        for name in ("", " ", "a b", "a\nb", "-a", "a" * 101, "ä", "a\x1b[0m", 7, None, ["m"], {"a": "m"}, 'a"b')
    ),
    *(
        (f"a model of the name {name[:30]}", JSON, body(completion(chat_counts(1, 2), name)), usage(1, 2, model=name))
        for name in ("a" * 100, "ft:gpt-4o:org::id", "models/gemini-2.5-pro", "m@20250101")
    ),
]
