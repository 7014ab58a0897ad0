import { HttpApi, OpenApi } from "effect/http-api";
import { AuthGroup } from "./AuthGroup.ts";
import { ChannelsGroup } from "./ChannelsGroup.ts";
import { MeGroup } from "./MeGroup.ts";
import { MessagesGroup } from "./MessagesGroup.ts";
import { RealtimeGroup } from "./RealtimeGroup.ts";
import { SystemGroup } from "./SystemGroup.ts";
import { WorkspacesGroup } from "./WorkspacesGroup.ts";

/** The native API, whole: routes, validation, `openapi.yaml` and the clients' types come from here. */
export const Api = HttpApi.make("clickclack")
  .add(SystemGroup, AuthGroup, MeGroup, WorkspacesGroup, ChannelsGroup, MessagesGroup, RealtimeGroup)
  .annotateMerge(OpenApi.annotations({ title: "ClickClack", version: "1.0.0" }));
