/** Real OCI registries for tests. */
export { type FaultProxy, type Intercept, startFaultProxy } from './oci/fault-proxy.ts';
export { type ReferrersRegistry, startReferrersRegistry } from './oci/referrers-registry.ts';
export { type Registry, type RegistryAuth, type RegistryOptions, startRegistry } from './oci/registry.ts';
export { startTokenServer, type TokenServer } from './oci/token-server.ts';
