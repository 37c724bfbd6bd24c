// The buttons of the stand-in's task page: the calls that Diffgram's own page makes.
const main = document.querySelector("main[data-task]");
for (const button of document.querySelectorAll("button[data-action]")) {
  button.addEventListener("click", async () => {
    const action = button.dataset.action;
    const complete = action === "complete";
    const answer = await fetch(`/api/v1/task/${main.dataset.task}/${complete ? "complete" : "review"}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(complete ? {} : { action, comment: null }),
    });
    const body = await answer.json();
    document.getElementById("said").textContent = answer.ok ? `Saved: ${body.task.status}` : "That did not work.";
    if (answer.ok) {
      document.getElementById("status").textContent = body.task.status;
      document.querySelector(".actions").replaceChildren();
    }
  });
}
