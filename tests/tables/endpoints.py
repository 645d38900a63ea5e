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
        /ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContentConstrained""",
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

# The same of the providers that only the core's tests ask.
_NEVER = {
    "groq": {"GET": "/openai/v1/files /openai/v1/batches", "DELETE": "/openai/v1/files/{mark}", "POST": "/v1/fine_tunings"},
    "openrouter": {
        "GET": """/api/v1/keys /api/v1/keys/{mark} /api/v1/credits /api/v1/activity /api/v1/byok /api/v1/guardrails /api/v1/organization
        /api/v1/workspaces /api/v1/observability""",
        "POST": "/api/v1/keys /api/v1/auth/keys /api/v1/byok/{mark} /api/v1/guardrails /api/v1/scim/v2/Users",
        "DELETE": "/api/v1/keys/{mark}",
    },
    "deepseek": {"GET": "/user/balance /v1/files"},
    "xai": {"GET": "/v1/api-key /v1/files /v1/batches", "DELETE": "/v1/files/{mark}"},
    "together": {
        "GET": "/v1/fine-tunes /v1/endpoints /v1/files /v1/whoami /v1/hardware /v1/projects /v1/organizations /v1/deployments/secrets",
        "POST": "/v1/fine-tunes /v1/endpoints /v1/deployments /v1/tci/execute /v1/compute/clusters /v1/queue/submit",
        "DELETE": "/v1/endpoints/{mark} /v1/files/{mark}",
    },
    "fireworks": {
        "GET": "/v1/accounts /v1/accounts/{mark}/users/{mark}/apiKeys /v1/accounts/{mark}/secrets /v1/accounts/{mark}/deployments",
        "POST": "/v1/accounts/{mark}/users/{mark}/apiKeys /v1/accounts/{mark}/deployments /v1/accounts/{mark}/supervisedFineTuningJobs",
    },
    "cohere": {
        "GET": "/v1/connectors /v1/datasets /v1/finetuning/finetuned-models /v1/embed-jobs",
        "POST": "/v1/connectors /v1/datasets /v1/finetuning/finetuned-models /v1/embed-jobs /v2/batches/{mark}:cancel",
        "DELETE": "/v1/datasets/{mark}",
    },
    "perplexity": {"POST": "/v1/browser/sessions /generate_auth_token /revoke_auth_token"},
    "huggingface": {"GET": "/api/whoami-v2 /api/models", "POST": "/api/repos/create"},
    "moonshot": {"GET": "/v1/users/me/balance /v1/files", "POST": "/v1/caching", "DELETE": "/v1/files/{mark}"},
    "elevenlabs": {
        "GET": """/v1/user /v1/user/subscription /v1/workspace /v1/history /v1/history/{mark}/audio /v1/usage/character-stats
        /v1/convai/agents /v1/service-accounts /v1/studio/projects""",
        "POST": "/v1/voices/add /v1/workspaces/api-keys /v1/convai/twilio/outbound-call /v1/convai/secrets /v1/dubbing",
        "DELETE": "/v1/voices/{mark} /v1/history/{mark}",
    },
    "deepgram": {
        "GET": "/v1/projects /v1/projects/{mark}/keys /v1/projects/{mark}/balances /v1/projects/{mark}/usage",
        "POST": "/v1/auth/grant /v1/projects/{mark}/keys",
    },
    "replicate": {
        "GET": "/v1/account /v1/predictions /v1/trainings /v1/deployments /v1/webhooks/default/secret /v1/files",
        "POST": "/v1/models/{mark}/{mark}/versions/{mark}/trainings /v1/deployments /v1/models",
        "DELETE": "/v1/models/{mark}/{mark} /v1/files/{mark}",
    },
    "stability": {"GET": "/v1/user/account /v1/user/balance"},
    "github": {
        "GET": """/user/keys /user/emails /orgs/{mark}/actions/secrets /repos/{mark}/{mark}/actions/secrets /repos/{mark}/{mark}/hooks
        /gists""",
        "POST": "/user/keys /user/repos /repos/{mark}/{mark}/hooks /repos/{mark}/{mark}/forks /graphql",
        "PUT": "/repos/{mark}/{mark}/contents/x /repos/{mark}/{mark}/collaborators/{mark} /repos/{mark}/{mark}/pulls/1/merge",
        "DELETE": "/repos/{mark}/{mark}",
    },
    "notion": {"POST": "/v1/oauth/token /v1/oauth/revoke /v1/agents", "DELETE": "/v1/blocks/{mark}"},
    "resend": {
        "GET": "/api-keys /domains /webhooks /contacts /broadcasts /audiences",
        "POST": "/api-keys /domains /webhooks /contacts /broadcasts /oauth/token",
        "DELETE": "/api-keys/{mark}",
    },
    "sendgrid": {"GET": "/v3/api_keys /v3/scopes /v3/subusers /v3/user/profile", "POST": "/v3/api_keys /v3/subusers"},
    "stripe": {
        "GET": "/v1/accounts /v1/payouts /v1/issuing/cards /v1/apps/secrets /v1/webhook_endpoints",
        "POST": "/v1/charges /v1/payment_intents /v1/refunds /v1/payouts /v1/transfers /v1/customers /v1/webhook_endpoints",
        "DELETE": "/v1/customers/{mark}",
    },
    "twilio": {
        "GET": "/2010-04-01/Accounts.json /2010-04-01/Accounts/{mark}.json /2010-04-01/Accounts/{mark}/Messages.json",
        "POST": """/2010-04-01/Accounts.json /2010-04-01/Accounts/{mark}/Calls.json /2010-04-01/Accounts/{mark}/IncomingPhoneNumbers.json
        /2010-04-01/Accounts/{mark}/Keys.json""",
        "DELETE": "/2010-04-01/Accounts/{mark}/Messages/{mark}.json",
    },
}


def _rows(table):
    return [(provider, method, path) for provider, methods in table.items() for method, paths in methods.items() for path in paths.split()]


NO_INFERENCE = _rows(_NO_INFERENCE)
NEVER = [*NO_INFERENCE, *_rows(_NEVER)]

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
