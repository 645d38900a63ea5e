"""What is no key for any provider: too long or short, or with characters that no header or key has."""

MALFORMED = {
    "too short": "sk-0123",
    "too long": "sk-" + "0" * 4094,
    "very long": "sk-" + "0" * 100_000,
    "a space": "sk-01234 56789",
    "a comma": "sk-0123456,789",
    "two header lines": "sk-0123456789, sk-0123456789",
    "CR LF": "sk-0123456\r\nhost: evil.example",
    "NUL": "sk-0123456\x00789",
    "tab": "sk-0123456\t789",
    "DEL": "sk-0123456\x7f789",
    "a smart quote": "sk-0123456789”",
    "a no-break space": "sk-01234\xa056789",
    "a zero-width space": "sk-0123456789\u200b",
    "Latin-1": "sk-0123456789é",
    "full-width": "ｓk-0123456789",
    "emoji": "sk-0123456789🙂",
}
