"""The relay's own documents."""

import json

from byok_relay.providers import LISTED


def test_health_says_that_the_relay_is_up(relay):
    answer = relay.ask("GET", "/health")
    assert answer.status == 200
    assert answer.json().keys() == {"status", "version"}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_description_gives_each_sdk_a_base_url_on_this_relay(relay):
    description = relay.ask("GET", "/.well-known/byok-relay").json()
    providers = {provider["id"]: provider for provider in description["providers"]}
    assert [*providers] == [id for id, listed in LISTED.items() if listed.is_default]
    assert len(json.dumps(description)) < 32_000
    assert providers["openai"]["sdk_base_urls"]["openai"] == f"{relay.url}/openai/v1"
    assert providers["anthropic"]["sdk_base_urls"]["@anthropic-ai/sdk"] == f"{relay.url}/anthropic"
    assert providers["google"]["sdk_base_urls"]["@ai-sdk/google"] == f"{relay.url}/google/v1beta"
    assert description["limits"]["max_body_bytes"] == 33554432


def test_a_head_request_gets_the_headers_alone(relay):
    answer = relay.ask("HEAD", "/health")
    assert (answer.status, answer.body) == (200, b"")
