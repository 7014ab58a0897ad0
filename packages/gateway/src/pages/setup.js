import { find, onSubmit, post, say, sentence, show } from "./page.js";

onSubmit("setup", async ({ code, name, email, workspace, password }) => {
  const wanted = { code, name, email, ...(workspace.trim() && { workspace }), ...(password && { password }) };
  const { status, body } = await post("/api/setup", wanted);
  if (status !== 201) return say(sentence(body.error));
  find("who").textContent = body.user.display_name;
  find("where").textContent = body.workspace.slug;
  find("title").textContent = "It is yours";
  show("intro", false);
  show("setup", false);
  show("done");
  find("title").focus();
});
