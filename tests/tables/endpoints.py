"""Endpoints that the providers have and the relay does not: accounts, billing, other keys, stored data, training, deletion."""

# By provider and method. `{mark}` is anybody's name or id.
_NO_INFERENCE = {
    "openai": {
        "GET": """/v1/organization/admin_api_keys /v1/organization/users /v1/organization/audit_logs /v1/organization/costs /v1/projects
        /v1/me /v1/usage /v1/dashboard/billing/usage /v1/dashboard/billing/credit_grants /v1/files /v1/files/file-{mark}/content
        /v1/fine_tuning/jobs /v1/chat/completions/{mark} /v1/responses/resp_{mark} /v1/vector_stores /v1/containers
        /v1/assistants /v1/conversations/{mark} /v1/evals /v1/skills /v1/engines""",
        "POST": """/v1/organization/users /v1/organization/admin_api_keys /v1/organization/projects/{mark}/service_accounts
        /v1/projects/{mark}/spend_limit /v1/fine_tuning/jobs /v1/chat/completions/chatcmpl-{mark} /v1/responses/{mark}/cancel /v1/files
        /v1/uploads /v1/batches /v1/vector_stores /v1/threads /v1/videos /v1/chatkit/sessions /v1/realtime/client_secrets
        /v1/realtime/calls""",
        "DELETE": """/v1/organization/projects/{mark}/api_keys/{mark} /v1/chat/completions/{mark} /v1/responses/{mark} /v1/files/{mark}""",
    },
    "anthropic": {
        "GET": """/v1/organizations/me /v1/organizations/users /v1/organizations/api_keys /v1/organizations/usage_report/messages /v1/vaults
        /v1/environments /v1/sessions /v1/memory_stores /v1/user_profiles /v1/dreams /v1/messages/batches /v1/files""",
        "POST": """/v1/organizations/invites /v1/vaults/{mark}/credentials /v1/tunnels/{mark}/reveal_token /v1/tunnels/{mark}/rotate_token
        /v1/agents /v1/deployments /v1/messages/batches /v1/files /v1/skills""",
        "DELETE": """/v1/organizations/users/{mark} /v1/messages/batches/{mark} /v1/files/{mark}""",
    },
    "google": {
        "GET": """/v1beta/tunedModels /v1beta/tunedModels/{mark} /v1beta/tunedModels/{mark}/permissions /v1beta/corpora /v1beta/triggers
        /v1beta/agents /v1beta/environments /v1beta/files /v1beta/fileSearchStores /v1beta/openai/files /$discovery/rest
        /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent""",
        "POST": """/v1beta/tunedModels /v1beta/tunedModels/{mark}:transferOwnership /v1beta/tunedModels/{mark}/permissions
        /v1beta/corpora/{mark}/permissions /v1beta/webhooks/{mark}:rotateSigningSecret /v1beta/cachedContents /upload/v1beta/files
        /v1alpha/auth_tokens /batch /v1beta/models/{mark}:predictLongRunning /v1beta/models/{mark}:batchGenerateContent
        /v1beta/models/{mark}:asyncBatchEmbedContent /v1beta/openai/files /v1beta/openai/batches /v1beta/openai/fine_tuning/jobs
        /v2/models/gemini-pro:generateContent""",
        "PATCH": "/v1beta/tunedModels/{mark}",
        "DELETE": "/v1beta/tunedModels/{mark} /v1beta/files/{mark}",
    },
    "mistral": {
        "GET": """/v1/users/me /v1/files /v1/fine_tuning/jobs /v1/connectors /v1/observability/logs /v1/workflows /v1/libraries
        /v1/agents/{mark} /v2/prompts /v2/skills""",
        "POST": """/v1/files /v1/fine_tuning/jobs /v1/fine_tuning/models/{mark}/archive /v1/batch/jobs /v1/connectors /v1/agents
        /v1/conversations""",
        "PATCH": "/v1/agents/{mark}",
    },
}
NO_INFERENCE = [
    (provider, method, path) for provider, methods in _NO_INFERENCE.items() for method, paths in methods.items() for path in paths.split()
]

# On a path that is allowed, but for another method: what came, and the methods that the path has.
WRONG_METHODS = [
    *((method, "/openai/v1/chat/completions", "POST") for method in "GET HEAD PUT PATCH DELETE TRACE PROPFIND MOVE PURGE".split()),
    ("GET", "/openai/v1/responses", "POST"),
    ("DELETE", "/openai/v1/models/ft:gpt-4o:{mark}", "GET"),
    ("HEAD", "/openai/v1/models", "GET"),
    ("DELETE", "/mistral/v1/models/{mark}", "GET"),
    ("PATCH", "/mistral/v1/models/{mark}", "GET"),
    ("GET", "/anthropic/v1/messages", "POST"),
    ("DELETE", "/anthropic/v1/models/{mark}", "GET"),
    ("GET", "/google/v1beta/models/gemini-pro:generateContent", "POST"),
    ("PATCH", "/google/v1beta/models/gemini-pro", "GET"),
    ("DELETE", "/google/v1beta/models/{mark}", "GET"),
    ("DELETE", "/google/v1beta/interactions/{mark}", "GET"),
]
