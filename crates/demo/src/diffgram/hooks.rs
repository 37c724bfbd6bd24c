//! Webhooks: twice, before the commit, a token in the body, no retry (`diffgram-api.md` §10, recorded `14-actions/90`).

use std::time::Duration;

use serde_json::json;

use super::{
    Shared, lock,
    shapes::{fill, shape},
};

/// Between the two.
const APART: Duration = Duration::from_millis(30);

/// Sends an event of a task twice; the second has no job.
pub(super) fn send_twice(shared: &Shared, task: i64, kind: &'static str) {
    let (http, target, job, project, event) = {
        let inner = lock(shared);
        if inner.webhooks_dropped {
            return;
        }
        let Some(found) = inner.world.tasks.get(&task) else { return };
        let project = &inner.world.projects[found.project];
        let Some((url, token)) = inner.options.webhooks.get(project.id) else { return };
        (
            inner.http.clone(),
            (url.clone(), token.clone()),
            found.job,
            project.number,
            rand::random_range(1_000..1_000_000_i64),
        )
    };
    tokio::spawn(async move {
        for (n, job) in [(0, Some(job)), (1, None)] {
            let body = fill(
                shape("webhook"),
                json!({
                    "id": event + n, "kind": kind, "task_id": task, "job_id": job, "project_id": project, "token": target.1,
                    "time_created": jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(), "action_run_id": event + n,
                }),
            );
            // Only 200 counts, and nothing is tried again: a failure is noted and forgotten.
            match http.post(&target.0).json(&body).send().await {
                Ok(answer) if answer.status() == 200 => {}
                Ok(answer) => tracing::info!(status = answer.status().as_u16(), "standin.webhook_failed"),
                Err(_) => tracing::info!("standin.webhook_unreachable"),
            }
            tokio::time::sleep(APART).await;
        }
    });
}
