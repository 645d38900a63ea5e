"""Where the runtimes under test differ, each with its reason. Nowhere else does a test ask which runtime it is on."""

# workerd 1.20241106.1, the last one that carries Python inside, ends a stream cleanly whose upstream broke off. Later versions break
# the client's connection too, as they should.
HIDES_TRUNCATION = {"workerd"}

# This version also hands the Worker a URL in which dot segments are resolved already; what is matched, and sent, is the resolved path.
RESOLVES_DOT_SEGMENTS = {"workerd"}
