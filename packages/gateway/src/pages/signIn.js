import { find, onSubmit, post, say, sentence, show } from "./page.js";

const page = JSON.parse(document.body.dataset.page);

const token = new URLSearchParams(location.hash.slice(1)).get("token");
// Gone from the address before anything else, so that nobody reads it there or finds it in the history.
if (token !== null) history.replaceState(null, "", location.pathname + location.search);

let onLink = token ?? page.link;

const enter = () => location.replace(page.returnTo);

const consume = async (link, code) => {
  const second = code ? { totp_code: code } : {};
  const { status, body } = await post("/api/auth/magic/consume", { token: link, ...second });
  if (status === 200) return enter();
  if (body.code === "second_factor_required" || (code && body.code === "invalid_credentials")) {
    // The link stays good until the code is right.
    onLink = link;
    show("ways", false);
    show("link");
    show("link-second");
    say(sentence(body.error), code ? "error" : "info");
    return find("link-code").focus();
  }
  show("link", false);
  show("ways");
  say(sentence(body.error));
};

for (const { id, name } of page.providers) {
  const query = new URLSearchParams({ return_to: page.returnTo });
  if (page.invite) query.set("invite", page.invite);
  const link = document.createElement("a");
  link.className = "button";
  link.href = `/api/auth/${id}/start?${query}`;
  link.textContent = `Go on with ${name}`;
  find("providers").append(link);
}
show("providers", page.providers.length > 0);
show("mail", page.mail);
show(onLink ? "link" : "ways");
show("link-text", token !== null);
show("link-second", Boolean(page.link));
if (page.error) say(page.error);
else if (page.link) find("link-code").focus();
else if (token !== null) find("link").querySelector("button").focus();

onSubmit("link", ({ totp_code }) => consume(onLink, totp_code));

onSubmit("mail", async ({ email }) => {
  const invited = page.invite ? { invite_code: page.invite } : {};
  const { status, body } = await post("/api/auth/magic/request", { email, ...invited });
  if (status !== 201) return say(sentence(body.error));
  if (body.token) return consume(body.token);
  say(
    `If there is an account for ${email}, a link is on its way there. It works once, within 15 minutes.`,
    "info",
  );
});

onSubmit("password", async ({ identifier, password, totp_code }) => {
  const second = totp_code ? { totp_code } : {};
  const { status, body } = await post("/api/auth/password/login", { identifier, password, ...second });
  if (status === 200) return enter();
  if (body.code === "second_factor_required") {
    show("second");
    say(sentence(body.error), "info");
    return find("code").focus();
  }
  say(sentence(body.error));
});
