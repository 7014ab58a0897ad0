import { find, get, onSubmit, post, say, sentence, show } from "./page.js";

const enter = async () => {
  const me = await get("/api/me");
  if (me.status === 401) return show("way-in");
  if (me.status !== 200) return say(sentence(me.body.error));
  find("who").textContent = `${me.body.user.display_name} (@${me.body.user.handle})`;
  const { status, body } = await get("/api/workspaces");
  if (status !== 200) return say(sentence(body.error));
  for (const { name, role } of body.workspaces) {
    const item = document.createElement("li");
    item.textContent = `${name}, as ${role === "owner" ? "its owner" : `a ${role}`}`;
    find("workspaces").append(item);
  }
  show("none", body.workspaces.length === 0);
  show("in");
};

onSubmit("out", async () => {
  const { status, body } = await post("/api/auth/logout");
  if (status !== 200) return say(sentence(body.error));
  location.reload();
});

await enter();
