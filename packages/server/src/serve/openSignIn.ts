import type { ProviderId, SignInServices } from "@clickclack/gateway/signIn/SignInServices";
import { GitHubProvider } from "@clickclack/identity/federation/GitHubProvider";
import type { IdentityProvider } from "@clickclack/identity/federation/IdentityProvider";
import { OidcProvider } from "@clickclack/identity/federation/OidcProvider";
import { SmtpMailer } from "../mail/SmtpMailer.ts";
import type { SignInSettings } from "./SignInSettings.ts";

/** What was configured, ready to be used; nothing is asked of anybody yet. */
export const openSignIn = (
  settings: SignInSettings,
): { readonly signIn: SignInServices; readonly close: () => Promise<void> } => {
  const { github, oidc, openclaw, smtp, publicUrl } = settings;
  const providers = new Map<ProviderId, IdentityProvider>();
  if (github) providers.set("github", new GitHubProvider(github));
  if (oidc) providers.set("oidc", new OidcProvider(oidc));
  if (openclaw) providers.set("openclaw", new OidcProvider(openclaw));
  const mailer = smtp && new SmtpMailer(smtp);
  return {
    signIn: { providers, signUp: settings.signUp, mailer, publicUrl },
    close: async () => mailer?.close(),
  };
};
