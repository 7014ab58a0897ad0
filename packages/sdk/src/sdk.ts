export { ClickClack, type ClickClackOptions } from "./ClickClack.ts";
export { ClickClackError } from "./ClickClackError.ts";
export { Live, type LiveOptions, type LiveState } from "./Live.ts";
export type { Answer, OperationId, Operations, Parameters } from "./Operation.ts";
export type * from "@clickclack/protocol/http/shapes";
export type { EventFrame } from "@clickclack/protocol/realtime/Frames";
