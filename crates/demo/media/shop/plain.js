// The page of a host app: one frame, a token when the frame asks for one, and a log of what it says. No library.
const portal = document.body.dataset.portal;
const frame = document.getElementById("labeling");
const person = document.getElementById("person");
const log = document.getElementById("log");

const address = new URLSearchParams(location.search);
const mode = address.get("mode") === "window" ? "window" : "token";
if (address.get("person")) person.value = address.get("person");

/** Our own backend mints it, with a key that no browser ever sees. */
async function fetchToken() {
  const answer = await fetch("/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: person.value }),
  });
  return answer.ok ? (await answer.json()).token : undefined;
}

window.addEventListener("message", async (event) => {
  // From the portal's frame, and from nobody else.
  if (event.origin !== portal || event.source !== frame.contentWindow || typeof event.data !== "string") return;
  const { diffgram_portal: version, message } = JSON.parse(event.data);
  if (version !== 1) return;
  const line = document.createElement("li");
  line.textContent = JSON.stringify(message);
  log.append(line);
  if (message.type === "token_needed" && mode === "token") {
    const token = await fetchToken();
    const answer = { diffgram_portal: 1, message: { type: "token", token } };
    if (token) frame.contentWindow.postMessage(JSON.stringify(answer), portal);
  }
});

for (const button of document.querySelectorAll("button[data-mode]")) {
  button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
  button.addEventListener("click", () => {
    location.search = new URLSearchParams({ frame: "plain", mode: button.dataset.mode, person: person.value });
  });
}
// Somebody else uses our app now: the session of the one before ends in the frame, which then asks for a token again.
person.addEventListener("change", () => {
  history.replaceState(null, "", `?${new URLSearchParams({ frame: "plain", mode, person: person.value })}`);
  const over = { diffgram_portal: 1, message: { type: "sign_out" } };
  frame.contentWindow.postMessage(JSON.stringify(over), portal);
});

frame.src = `${portal}/embed/shop/inbox`;
