// The page of a host app: one element, a token when it asks for one, and its events. No library.
const element = document.getElementById("labeling");
const person = document.getElementById("person");
const mode = document.getElementById("mode");
const log = document.getElementById("log");
const did = document.getElementById("did");

const address = new URLSearchParams(location.search);
person.value = address.get("person") ?? person.value;
mode.value = address.get("mode") === "window" ? "window" : "token";
let lastTask = 1;

/** Our own backend mints it, with a key that no browser ever sees. */
async function fetchToken() {
  const answer = await fetch("/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: person.value }),
  });
  if (!answer.ok) throw new Error(`our backend answered ${answer.status}`);
  return (await answer.json()).token;
}
if (mode.value === "token") element.fetchToken = fetchToken;

const EVENTS = ["ready", "navigate", "task-open", "task-completed", "selection-change", "schema-applied", "height", "signed-out", "error"];
for (const type of EVENTS) {
  element.addEventListener(type, ({ detail }) => {
    const line = document.createElement("li");
    line.textContent = JSON.stringify({ type, ...detail });
    log.append(line);
    if (detail.task) lastTask = detail.task;
    const task = /^\/tasks\/(\d+)/.exec(detail.path ?? "");
    if (task) lastTask = Number(task[1]);
    document.getElementById("plain-link").href = `${document.body.dataset.portal}/go/task/${lastTask}`;
    if (type === "ready") lacks();
  });
}

function lacks() {
  const found = element.check().map(({ words }) => words);
  document.getElementById("check").replaceChildren(...(found.length ? found : ["Nothing."]).map((words) => {
    const line = document.createElement("li");
    line.textContent = words;
    return line;
  }));
}
setTimeout(lacks, 9_000);

// Attributes say what is shown; the frame follows without starting anew.
const SHOWN = ["task", "file", "key", "schema", "attribute", "query", "filter"];
for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => {
    const target = JSON.parse(button.dataset.go);
    if (target.view === "task") target.task = lastTask;
    for (const name of SHOWN) element[name] = target[name];
    element.view = target.view;
  });
}
document.getElementById("looks").addEventListener("input", ({ target }) => {
  element[target.name] = target.value || undefined;
});

// Somebody else uses our app now: the session of the one before ends in the frame, which then asks for a token again.
person.addEventListener("change", () => {
  history.replaceState(null, "", `?${new URLSearchParams({ mode: mode.value, person: person.value })}`);
  element.signOut();
});
mode.addEventListener("change", () => {
  location.search = new URLSearchParams({ mode: mode.value, person: person.value });
});
document.getElementById("back").addEventListener("click", () => element.signOut());
document.getElementById("option").addEventListener("click", async () => {
  const answer = await fetch("/option", { method: "POST" });
  did.textContent = answer.ok ? `Done: ${(await answer.json()).words}` : `Our backend answered ${answer.status}.`;
});
