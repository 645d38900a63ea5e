/** How many objects Python has, of the relay's own and in all: asked of a relay whose copy answers that at a path of its own. */
import { alteredSource } from "../altered.mjs";
import { check } from "./answers.mjs";

const PATH = "/objects";

const CODE = `
from .messages import Reply

_document = document

def _is_own(function_or_class):
    module = str(function_or_class.__module__)  # a descriptor, where a class has one of that name
    return module.split(".")[0] in ("entry", "byok_relay", "workers_boundary", "byok_relay_server")

def document(request, settings, cors, now):
    if request.path == "${PATH}":
        import gc
        from collections import Counter
        gc.collect()
        every = gc.get_objects()
        for pool in [each for each in every if type(each).__name__ == "Upstream"]:
            for connection in [each for idle in pool._idle.values() for each in idle]:
                connection.abort()  # how many there are is chance; the next look is without them
        of_classes = Counter(map(type, every))
        functions = [each for each in every if type(each) is type(_document)]
        own = sum(map(_is_own, functions)) + sum(of_classes[each] for each in of_classes if _is_own(each))
        return Reply(200, cors, f'{{"own": {own}, "all": {len(every)}}}')
    return _document(request, settings, cors, now)
`;

/** Then what is there at the start is not counted, and going through it is most of the work of a look. */
const FREEZE = `
import gc

gc.freeze()
`;

/**
 * Such a copy.
 *
 * @param {string} [source] the folder that it is of
 * @param {boolean} [onlyNew] counts only objects that are made after the start
 */
export const countingSource = (source, onlyNew = false) => alteredSource(onlyNew ? CODE + FREEZE : CODE, "byok_relay/documents.py", source);

/** @param {import("./client.mjs").Client} relay @returns {Promise<{own: number, all: number}>} */
export const objectsOf = async (relay) => JSON.parse(String(check(await relay.ask({ path: PATH })).body));
