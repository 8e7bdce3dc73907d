/**
 * The core as the rest of the interface sees it. Import from here, never from the transports.
 */
export type { Transport } from "./commands";
export { asCoreError, call, setTransport, transport } from "./transport";
