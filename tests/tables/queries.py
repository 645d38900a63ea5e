"""Queries: what goes up byte for byte, and what does not."""

# Real parameters of a provider's API, and queries that hold none, by provider.
KNOWN = {
    "openai": """limit=20&order=asc&after=msg_1&before=msg_9 include[]=message.output_text.logprobs&include=a include%5B%5D=a beta=true
    limit=1&limit=2 &&& after=%20x&limit=2&order limit=%20%2F+ limit==&&order after=%E2%82%AC&before=[]~ after=%23b
    after=%0d%0aHost:%20evil.example after=%00 after=%zz after=/../../v1/files after=\\..\\..\\v1\\files after=https://evil.example/ limit
    limit=""".split(),
    "anthropic": "beta=true limit=20&after_id=a&before_id=b".split(),
    "google": """alt=sse alt=media $alt=json;enum-encoding=int %24alt=json%3Benum-encoding%3Dint fields=* $fields=a(b) $fields=a(b,c)
    prettyPrint=false&$prettyPrint=false pageToken=abc&pageSize=5 page_token=abc&page_size=5
    stream=true&last_event_id=1&include_input=true updateMask=a""".split(),
    "mistral": ["page=0&page_size=10&model=m&provider=p"],
}

# Another provider's parameters than OpenAI's, and what no provider has.
UNKNOWN = """alt=sse $alt=json;enum-encoding=int alt=media fields=* prettyPrint=false $.xgafv=1 upload_protocol=resumable pageToken=abc
max_tokens=1 _method=DELETE X-HTTP-Method-Override=DELETE a=1&a=2&A=3 a[]=1&a[b]=2 a=%23b a=%0d%0aHost:%20evil.example a=%00 a=%zz
a=/../../v1/files a=\\..\\..\\v1\\files https://evil.example/ //evil.example/ @evil.example __proto__[x]=1 constructor.prototype.x=1
%EF%BD%8Bey=1 = =1 LIMIT=1 limit[]=1 %6cimit=1 limit%20=1 +limit=1 limit=1;a=1""".split()

# A custom provider without a list of its own takes what is no credential, by its name and by its value.
TAKEN_BY_CUSTOM = "a=1&a=2&A=3 a[]=1&a[b]=2 a=%23b a=%0d%0a __proto__[x]=1 = max_tokens=1 monkey=1 keyword=1 a;b".split()
