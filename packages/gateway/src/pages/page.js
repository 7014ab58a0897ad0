export const find = (id) => document.getElementById(id);

/** Shows an element, or hides it. */
export const show = (id, visible = true) => {
  find(id).hidden = !visible;
};

/** Says something where screen readers and eyes find it. */
export const say = (text, kind = "error") => {
  const message = find("message");
  message.textContent = text;
  message.dataset.kind = kind;
  message.hidden = text === "";
  if (text !== "") message.focus();
};

export const sentence = (text) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

const ask = async (path, options) => {
  try {
    const answer = await fetch(path, options);
    return { status: answer.status, body: await answer.json() };
  } catch {
    return { status: 0, body: { code: "unreachable", error: "the server cannot be reached; try again" } };
  }
};

/** Asks the API; resolves with its status and body also where it refuses. */
export const get = (path) => ask(path, {});

/** The same, for what changes something. */
export const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-ClickClack-CSRF": "1" },
    body: JSON.stringify(body),
  });

/** Runs on each submit of a form, one at a time; what it throws is said. */
export const onSubmit = (id, run) => {
  const form = find(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    say("");
    try {
      await run(Object.fromEntries(new FormData(form)));
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
};
