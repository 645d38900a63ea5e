"""Deepgram. Endpoints: deepgram-js-sdk; parameters: its OpenAPI description. `callback` and what goes with it are left out: it would have
the answer sent to anybody. So is the granting of tokens. Its keys are `Token`, the short-lived ones that it grants are `Bearer`."""

from ..carriers import TOKEN
from .compatible import get, post
from .provider import Keys, Provider, Surface

DEEPGRAM = Provider(
    id="deepgram",
    name="Deepgram",
    base_url="https://api.deepgram.com",
    surfaces=(
        Surface((TOKEN,), (*post("/v1", "listen speak read"), *post("/v2", "speak"), *get("/v1", "models models/{id}"))),
        Surface((TOKEN,), (*get("/v1", "listen speak"), *get("/v2", "listen speak")), "realtime"),
    ),
    keys=Keys(
        looks_like="40 letters and digits",
        url="https://console.deepgram.com",
        characters="A-Za-z0-9._-",
        bearer_prefixes=("eyJ",),  # a JSON Web Token: RFC 7519 section 3
    ),
    parameters=frozenset(
        """bit_rate channels container custom_intent custom_intent_mode custom_topic custom_topic_mode detect_entities detect_language
        diarize diarize_model dictation encoding expressivity extra filler_words include_outdated intents keyterm keywords language
        measurements mip_opt_out model multichannel numerals paragraphs profanity_filter punctuate redact replace sample_rate search
        sentiment smart_format speed summarize tag topics utt_split utterances version
        eager_eot_threshold endpointing eot_threshold eot_timeout_ms interim_results no_delay utterance_end_ms vad_events""".split()
    ),
    answer_families=("dg-",),
    model_members=frozenset(),
    sdk_base_paths={"@deepgram/sdk": ""},
)
ENTRIES = (DEEPGRAM,)
