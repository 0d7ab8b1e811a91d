"""The desk for integrators: registration by pages, request inspector, personas and faults on demand,
conformance runs. Everything that plays something is for the sandbox and clients in test mode alone."""
