"""ElevenLabs. Endpoints: elevenlabs-js. Accounts, histories, agents and voices' owners are left out."""

from ..carriers import XI_API_KEY
from .compatible import get, post
from .provider import Keys, Provider, Surface

ELEVENLABS = Provider(
    id="elevenlabs",
    name="ElevenLabs",
    base_url="https://api.elevenlabs.io",
    surfaces=(
        Surface(
            (XI_API_KEY,),
            (
                *post(
                    "/v1",
                    """text-to-speech/{id} text-to-speech/{id}/stream text-to-speech/{id}/with-timestamps
                    text-to-speech/{id}/stream/with-timestamps speech-to-speech/{id} speech-to-speech/{id}/stream speech-to-text
                    sound-generation text-to-dialogue text-to-dialogue/stream audio-isolation audio-isolation/stream forced-alignment
                    music music/stream music/detailed""",
                ),
                *get("/v1", "models voices voices/{id}"),
                *get("/v2", "voices"),
            ),
        ),
        Surface(
            (XI_API_KEY,),
            get("/v1", "text-to-speech/{id}/stream-input text-to-speech/{id}/multi-stream-input speech-to-text/realtime"),
            "realtime",
        ),
    ),
    keys=Keys(looks_like="sk_… or 32 hexadecimal digits", url="https://elevenlabs.io/app/settings/api-keys", characters="A-Za-z0-9_"),
    parameters=frozenset(
        """enable_logging optimize_streaming_latency output_format file_format page_size next_page_token search sort sort_direction
        voice_type category fine_tuning_state collection_id include_total_count voice_ids show_legacy with_settings
        apply_text_normalization audio_format auto_mode commit_strategy enable_ssml_parsing inactivity_timeout include_language_detection
        include_timestamps language_code min_silence_duration_ms min_speech_duration_ms model_id seed sync_alignment
        vad_silence_threshold_secs vad_threshold""".split()
    ),
    answer_headers=frozenset(
        "character-cost history-item-id current-concurrent-requests maximum-concurrent-requests x-region tts-latency-ms".split()
    ),
    model_members=frozenset({"model_id"}),
    sdk_base_paths={"@elevenlabs/elevenlabs-js": ""},
)
ENTRIES = (ELEVENLABS,)
