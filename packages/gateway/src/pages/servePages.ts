import { ApiFailure } from "@clickclack/protocol/http/ApiFailure";
import type { HttpRequest as UwsRequest, HttpResponse, TemplatedApp } from "uWebSockets.js";
import { isLocalRequest } from "../authentication/origin.ts";
import type { GatewayServices } from "../GatewayServices.ts";
import { Connection } from "../http/Connection.ts";
import { parseQuery } from "../http/decodeRequest.ts";
import { captureRequest, type HttpRequest } from "../http/HttpRequest.ts";
import { failureReply, replyAtOnce, writePage } from "../http/HttpReply.ts";
import type { InFlightRequests } from "../http/InFlightRequests.ts";
import { requireSetup } from "../signIn/requireSetup.ts";
import { returnPath } from "../signIn/returnPath.ts";
import { SIGN_IN_ERRORS } from "../signIn/SignInError.ts";
import { LINK_IN_COOKIE } from "../signIn/ticketCookie.ts";
import { Page } from "./Page.ts";

/** Where the address of an invite leads. */
const INVITE_PATH = "/invite/";

interface Rendered {
  readonly status: number;
  readonly page: Page;
  readonly html: string;
}

type Render = (request: HttpRequest) => Promise<Rendered>;

const signInPage = ({ signIn, development }: GatewayServices): Render => {
  const page = new Page("signIn", { script: true });
  return async ({ query }) => {
    const { return_to, error, invite, second_factor } = parseQuery(query);
    const known = error !== undefined && Object.hasOwn(SIGN_IN_ERRORS, error);
    const data = {
      returnTo: returnPath(return_to),
      error: known ? SIGN_IN_ERRORS[error as keyof typeof SIGN_IN_ERRORS] : undefined,
      invite,
      // Whoever came back from a provider, and has a second factor here.
      link: second_factor === undefined ? undefined : LINK_IN_COOKIE,
      mail: signIn.mailer !== undefined || development() !== undefined,
      providers: [...signIn.providers].map(([id, { name }]) => ({ id, name })),
    };
    return { status: 200, page, html: page.render({ title: "Sign in" }, data) };
  };
};

const homePage = (): Render => {
  const page = new Page("home", { script: true });
  return async () => ({ status: 200, page, html: page.render({ title: "Home" }) });
};

const invitePage = ({ signIn, development }: GatewayServices): Render => {
  const page = new Page("invite", { script: true });
  return async ({ path }) => {
    const data = {
      // Whatever else stands there, the API says that it leads to no invite.
      code: path.slice(INVITE_PATH.length),
      others: signIn.mailer !== undefined || signIn.providers.size > 0 || development() !== undefined,
    };
    return { status: 200, page, html: page.render({ title: "Join" }, data) };
  };
};

const setupPage = (services: GatewayServices): Render => {
  const page = new Page("setup", { script: true });
  return async (request) => {
    if (!isLocalRequest(request))
      throw new ApiFailure("loopback_only", "a server is set up from the machine that it runs on");
    await requireSetup(services);
    return { status: 200, page, html: page.render({ title: "Set up ClickClack" }) };
  };
};

/** The pages that are there without the web app: where one comes to, signing in, following an invite, and the first run. */
export const servePages = (
  app: TemplatedApp,
  services: GatewayServices,
  inFlight: InFlightRequests,
): void => {
  const refusal = new Page("refusal", { script: false });
  const refuse = ({ status, message }: ApiFailure): Rendered => {
    const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    return { status, page: refusal, html: refusal.render({ title: "Nothing to set up here", sentence }) };
  };
  const explain = (error: unknown): Rendered => {
    if (error instanceof ApiFailure) return refuse(error);
    services.log.error({ err: error }, "a page could not be shown");
    return refuse(new ApiFailure("unavailable", "this page cannot be shown right now; try again"));
  };
  const serve = (path: string, render: Render): void => {
    const listen = (res: HttpResponse, req: UwsRequest): void => {
      const request = captureRequest(res, req, services.proxies);
      const connection = new Connection(res);
      const work = render(request)
        .catch(explain)
        .then(({ status, page, html }) => {
          if (connection.aborted) return;
          writePage(res, request, { status, html, policy: page.policy, close: inFlight.draining });
        });
      inFlight.add(work);
    };
    app.get(path, listen);
    app.head(path, listen);
    app.any(path, (res, req) => {
      const request = captureRequest(res, req, services.proxies);
      const failure = new ApiFailure("method_not_allowed", "this path takes GET, HEAD", {
        headers: { Allow: "GET, HEAD" },
      });
      replyAtOnce(res, request, failureReply(failure, request.requestId));
    });
  };
  serve("/", homePage());
  serve("/sign-in", signInPage(services));
  serve("/setup", setupPage(services));
  serve(`${INVITE_PATH}:code`, invitePage(services));
};
