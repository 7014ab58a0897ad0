import { find, get, onSubmit, post, say, sentence, show } from "./page.js";

const { code, others } = JSON.parse(document.body.dataset.page);
const path = `/api/invites/${encodeURIComponent(code)}`;

const finish = ({ workspace, user }) => {
  find("where").textContent = workspace.name;
  find("title").textContent = "Welcome";
  if (user) find("handle-is").textContent = user.handle;
  show("handle-told", Boolean(user));
  for (const id of ["intro", "join", "new"]) show(id, false);
  show("done");
  find("title").focus();
};

const offer = async () => {
  const { status, body } = await get(path);
  if (status !== 200) return say(sentence(body.error));
  find("intro").textContent = `You are invited to ${body.workspace.name}, as a ${body.role}.`;
  if (!body.valid) return say("This invite is over: it has expired, was used up, or its maker has left.");
  const me = await get("/api/me");
  if (me.status === 200) {
    find("who").textContent = me.body.user.display_name;
    return show("join");
  }
  const query = new URLSearchParams({ return_to: location.pathname, invite: code });
  find("sign-in").href = `/sign-in?${query}`;
  find("sign-in").textContent = others ? "Sign in another way" : "Sign in to an account that you have";
  show("new");
};

onSubmit("join", async () => {
  const { status, body } = await post(`${path}/accept`, {});
  if (status !== 200) return say(sentence(body.error));
  finish({ workspace: body.workspace });
});

onSubmit("register", async ({ display_name, handle, password }) => {
  const wanted = { invite_code: code, display_name, password, ...(handle.trim() && { handle }) };
  const { status, body } = await post("/api/auth/register", wanted);
  if (status !== 201) return say(sentence(body.error));
  finish(body);
});

await offer();
