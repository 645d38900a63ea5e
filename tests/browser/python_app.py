"""What a BYOK app in Python in the browser does (PyScript, JupyterLite, marimo): nothing but `requests` and `urllib`, which
pyodide-http sends through the browser. Every function returns JSON, since its caller is JavaScript."""

import json
import urllib.request

import js
import pyodide_http
import requests

pyodide_http.patch_all()


def ask_with_requests(url: str, key: str, question: str) -> str:
    response = requests.post(url, json=_body(question), headers=_credential(key), timeout=10)
    return json.dumps({"status": response.status_code, "headers": dict(response.headers), "body": response.json()})


def ask_with_urllib(url: str, key: str, question: str) -> str:
    headers = {"Content-Type": "application/json", **_credential(key)}
    request = urllib.request.Request(url, json.dumps(_body(question)).encode(), headers)
    with urllib.request.urlopen(request) as response:
        return json.dumps({"status": response.status, "headers": dict(response.headers), "body": json.load(response)})


def stream_with_requests(url: str, key: str, question: str) -> str:
    """For a web worker: posts every piece as soon as it is there."""
    body = {**_body(question), "stream": True}
    text = ""
    with requests.post(url, json=body, headers=_credential(key), stream=True, timeout=10) as response:
        for line in response.iter_lines(chunk_size=1):  # of a larger chunk nothing is handed on before it is full
            if line.startswith(b"data: {"):
                piece = json.loads(line.removeprefix(b"data: "))["choices"][0]["delta"].get("content", "")
                js.postMessage(piece)
                text += piece
    return json.dumps(text)


def _body(question: str) -> dict:
    return {"model": "gpt-5-mini", "messages": [{"role": "user", "content": question}]}


def _credential(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}
