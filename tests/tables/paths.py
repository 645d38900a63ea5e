"""Paths that a provider's URL parser, or ours, could read as something that is not on the list."""

CHAT = "/openai/v1/chat/completions"
GEMINI = "/google/v1beta/models/gemini-pro"

# What stands before the provider's own path, or in its place.
_BEGINNINGS = """/https://evil.example/ /https:/evil.example/ //evil.example/v1/chat/completions /\\evil.example/v1/chat/completions
/@evil.example/v1/chat/completions /OpenAI/v1/chat/completions /OPENAI/v1/chat/completions /openai:8443/v1/chat/completions
/openai@evil.example/v1/chat/completions /openai.evil.example/v1/chat/completions /openai%2fv1/chat/completions
/openai%2f../v1/chat/completions /%6fpenai/v1/chat/completions /openai\\v1\\chat\\completions /openai;/v1/chat/completions
/./openai/v1/chat/completions /x/../openai/v1/chat/completions /openai /openai/ /openai/@evil.example/v1 /openai/.evil.example/v1
/openai/:443@evil.example/v1 /openai/:8443/v1/chat/completions /openai/https://evil.example/v1/chat/completions
/openai/../anthropic/v1/messages /openai///v1/chat/completions""".split()

# An allowed path, spelled otherwise.
_SPELLINGS = """/openai/v1//chat/completions /openai/v1/chat//completions /openai/V1/chat/completions /openai/v1/Chat/Completions
/openai/v1/./chat/completions /openai/v1/x/../chat/completions /openai/v1/%63hat/completions /openai/v1/chat%2fcompletions
/openai/v1/ｃhat/completions /openai/v1/chat／completions""".split()

# What follows an allowed path.
_ENDS = """X / // . /. /./ .. /.. /../files /../../v1/files /%2e%2e/files /.%2E/files /%2E./files %2e /..%2ffiles /%2e%2e%2ffiles
/%252e%252e/files /..;/files \\..\\files /..\\files %5c..%5cfiles ;jsessionid=1 /;x=1/files %00 %0d%0a %09 %20 %3F %23
#x : :x @ & * ~ $""".split()

# What is no name of a model.
_NO_MODELS = """. .. %2e%2e .hidden gpt-4. org/model org%2Fmodel a%3Ab%2Fc a: é ٣""".split()

_GEMINI = """/google/v2/models/gemini-pro:generateContent /google/v1gamma/models/gemini-pro:generateContent
/google/v1beta/models/:generateContent /google/v1beta/models/..:generateContent /google/v1beta/models/.hidden:generateContent
/google/v1beta/models/gemini-pro.:generateContent /google/v1beta/models/a/b:generateContent""".split()
_GEMINI_ENDS = """: :generate :generateContentX :generateContent/ :generateContent:countTokens ::generateContent %3A%3AgenerateContent
%253AgenerateContent %2EgenerateContent :deleteEverything :generateContent/../../files :GENERATECONTENT""".split()

ATTACKS = [
    *_BEGINNINGS,
    *_SPELLINGS,
    *("/openai/v1/chat/co\tmpletions", "/openai/v1/chat/co\nmpletions"),
    *(CHAT + end for end in [*_ENDS, " ", "\t", "\r\n", "\n", "\x00", "\x7f", "\xa0", "é"]),
    *(f"/openai/v1/models/{name}" for name in ["", *_NO_MODELS, "a b", "a\n"]),
    *("/anthropic/v1/models/.hidden", "/anthropic/v1/models/claude.", "/anthropic/v1/models/.."),
    *_GEMINI,
    *(GEMINI + end for end in _GEMINI_ENDS),
]
