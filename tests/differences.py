"""Where the runtimes under test differ, each with its reason. Nowhere else does a test ask which runtime it is on."""

import re

# By itself, and with the Worker in front that serves the files under public/ for `make dev`.
WORKERD = {"workerd", "front"}

# workerd 1.20241106.1, the last one that carries Python inside, ends a stream cleanly whose sender broke off, and so a request's body
# in chunks as well. So does 1.20260822.1; 1.20261117.1 breaks the other connection too, as it should.
HIDES_TRUNCATION = WORKERD

# This version also hands the Worker a URL in which dot segments are resolved already; what is matched, and sent, is the resolved path.
RESOLVES_DOT_SEGMENTS = WORKERD

# To this version every answer is the last one, also one that only announces it (RFC 9110 section 15.2).
REFUSES_INTERIM_ANSWERS = WORKERD

# When a provider says more than its answer on a connection that goes on, this version takes that for the answer to the next request.
ANSWERS_WITH_LEFTOVERS = WORKERD

# Of a provider or a client that it cannot talk to, this version says on standard error why, with the part it could not parse.
LOGS_FAULTS = dict.fromkeys(WORKERD, re.compile(r"workerd/\S+: error: .*kj/\S+\.c\+\+:\d+: (?:failed|unimplemented): .*"))

# Of an answer that is metered and cannot be parsed it also says that, without a word of the answer.
LOGS_FAULTS_METERED = {
    runtime: re.compile(rf"{faults.pattern}|workerd/\S+: error: Uncaught exception: \S+: failed: remote\.jsg\.Error: internal error")
    for runtime, faults in LOGS_FAULTS.items()
}

# Node's HTTP server, in the adapter, and the relay's own take a client that has closed its side of the connection for one that has left.
# A FIN is all that tells either: who still reads looks no other than who has gone, and may have to pay for what nobody gets.
DROPS_HALF_CLOSED_CLIENTS = {"pyodide", "server"}

# The adapter notices that a client has gone when it has something to tell it, workerd at once.
NOTICES_LEAVING_AT_THE_HEADERS = {"pyodide"}

# This version's HTTP server answers 500 itself where a target is not a path or a Host is more than a name and a port.
# Later ones take the path out of the target, and put it behind the Host whatever that holds. The relay's own server answers 400 to targets
# for proxies, and to versions that it does not speak.
REFUSES_OTHER_TARGETS = WORKERD | {"server"}
REFUSES_STRANGE_HOSTS = WORKERD

# Where a client expects what a server does not know, it may answer 417 (RFC 9110 section 10.1.1). Node's does.
IGNORES_UNKNOWN_EXPECTATIONS = WORKERD | {"server"}

# What stands between two requests for httptools, if the first one asks for another protocol, is no body. So the server takes none there.
REFUSES_UPGRADES_WITH_A_BODY = {"server"}

# On Workers a body in chunks goes from stream to stream, and nobody counts it.
COUNTS_CHUNKS = {"server"}

# `fetch` reads a URL like a browser, and writes four characters of a query in hexadecimal. The server sends what was sent.
SENDS_QUERIES_AS_THEY_ARE = {"server"}

# A transfer coding that a server does not know is to be refused (RFC 9112 section 6.1). Node's looks at the last one only. None at all is
# refused by the relay's own server alone.
REFUSES_OTHER_CODINGS = WORKERD | {"server"}
REFUSES_EMPTY_CODINGS = {"server"}

# Node's HTTP server, in the adapter, refuses control characters in a header's value, and headers of more than 16 KB. This version of
# workerd hands a Worker all of them but NUL, CR and LF, and takes 64 KB in one line.
PASSES_CONTROL_CHARACTERS = WORKERD
TAKES_LONG_HEADERS = WORKERD

# RFC 9112 lets a server refuse a folded header line or make one of it (section 5.2), and has it refuse space before the colon (5.1). Node's
# refuses both, and a line that ends in half a line break; this version of workerd reads them all.
READS_FOLDED_LINES = WORKERD

# This version reads frames that RFC 9112 (sections 6.1, 6.3 and 7.1) has a server refuse: a Content-Length that is empty, has a sign, or
# stands beside chunks; a chunk's length that is too large for it; chunks whose lines end in a line feed only. The provider gets what was
# read, in a frame of its own.
READS_BROKEN_FRAMES = WORKERD

# These answer for the files under public/, the playground at `/` among them.
SERVES_FILES = {"front", "server"}

# What the Worker in front does not answer itself it hands on by fetch, which leaves out a URL's fragment, encodes control characters in
# its query, and asks for a WebSocket by GET alone. So it refuses those by another method.
HANDS_ON_BY_FETCH = {"front"}

# It ends a connection on which there is a body that the relay has not read.
ENDS_CONNECTIONS_WITH_UNREAD_BODIES = {"front"}

# Cloudflare's network sets CF-Connecting-IP, whatever a client sends. Elsewhere it means nothing.
TAKES_CLOUDFLARES_ADDRESS = WORKERD | {"pyodide"}

# On Workers the line of an answer is written with its head, unless AUDIT_ENDS or METER_USAGE is on: to follow a body costs a fifth of the
# CPU time there.
KNOWS_HOW_ANSWERS_END = {"server"}

# What is followed on Workers ends with one error, whichever side broke off.
TELLS_WHO_CLOSED = {"server"}

# The adapter asks providers with undici's `fetch`, which opens no WebSockets.
CARRIES_SOCKETS = ["workerd", "server"]

# workerd takes messages apart and puts others together: a message is what passes there, not its frames.
PASSES_FRAMES = ["server"]
