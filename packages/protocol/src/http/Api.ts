import { HttpApi, OpenApi } from "effect/http-api";
import { ActivityGroup } from "./ActivityGroup.ts";
import { AuditGroup } from "./AuditGroup.ts";
import { AuthGroup } from "./AuthGroup.ts";
import { ChannelsGroup } from "./ChannelsGroup.ts";
import { CredentialsGroup } from "./CredentialsGroup.ts";
import { DirectGroup } from "./DirectGroup.ts";
import { FederationGroup } from "./FederationGroup.ts";
import { InvitesGroup } from "./InvitesGroup.ts";
import { MeGroup } from "./MeGroup.ts";
import { MessagesGroup } from "./MessagesGroup.ts";
import { ModerationGroup } from "./ModerationGroup.ts";
import { PersonalGroup } from "./PersonalGroup.ts";
import { PinsGroup } from "./PinsGroup.ts";
import { PresenceGroup } from "./PresenceGroup.ts";
import { RealtimeGroup } from "./RealtimeGroup.ts";
import { RegistrationGroup } from "./RegistrationGroup.ts";
import { RoutesGroup } from "./RoutesGroup.ts";
import { SearchGroup } from "./SearchGroup.ts";
import { SessionsGroup } from "./SessionsGroup.ts";
import { SetupGroup } from "./SetupGroup.ts";
import { SystemGroup } from "./SystemGroup.ts";
import { UploadsGroup } from "./UploadsGroup.ts";
import { ThreadsGroup } from "./ThreadsGroup.ts";
import { WorkspacesGroup } from "./WorkspacesGroup.ts";

/** The native API, whole: routes, validation, `openapi.yaml` and the clients' types come from here. */
export const Api = HttpApi.make("clickclack")
  .add(
    SystemGroup,
    AuthGroup,
    FederationGroup,
    SetupGroup,
    CredentialsGroup,
    MeGroup,
    SessionsGroup,
    WorkspacesGroup,
    ModerationGroup,
    InvitesGroup,
    RegistrationGroup,
    AuditGroup,
    ChannelsGroup,
    PinsGroup,
    DirectGroup,
    MessagesGroup,
    UploadsGroup,
    PersonalGroup,
    ThreadsGroup,
    ActivityGroup,
    RoutesGroup,
    SearchGroup,
    PresenceGroup,
    RealtimeGroup,
  )
  .annotateMerge(OpenApi.annotations({ title: "ClickClack", version: "1.0.0" }));
