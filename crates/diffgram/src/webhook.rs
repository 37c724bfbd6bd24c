//! What Diffgram's webhooks carry (`diffgram-api.md` §10): ids only, a token in the body, no signature. Only ever a hint.

use portal_model::id::{FileId, JobId, TaskId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// A hint that something happened. It may come twice, late, out of order, before the fact, or never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Diffgram's word: `task_completed`, `task_created`, …
    pub kind: String,
    /// The task, if it is about one.
    pub task: Option<TaskId>,
    /// The file, if it is about one.
    pub file: Option<FileId>,
    /// The job, if it is about one; the second of two equal hooks has none.
    pub job: Option<JobId>,
    /// Names the delivery (`action_run_id`).
    pub run: Option<i64>,
}

/// Why a body is no hook. The token is in none of the texts.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// Not a JSON object.
    #[error("the webhook's body is not a JSON object")]
    NotJson,
    /// The token is missing or another.
    #[error("the webhook's token is not the configured one")]
    WrongToken,
}

/// Checks the token (in constant time) and reads the rest; ids of the wrong type read as none. An empty configured token lets
/// nobody in.
///
/// # Errors
/// [`HookError`].
pub fn read(body: &[u8], token: &SecretString) -> Result<Hook, HookError> {
    // As a map: a derived struct would take a list for its fields in order.
    let wire: Map<String, Value> = serde_json::from_slice(body).map_err(|_| HookError::NotJson)?;
    let text = |key: &str| wire.get(key).and_then(Value::as_str).unwrap_or_default();
    let expected = token.expose_secret().as_bytes();
    if expected.is_empty() || !bool::from(text("token").as_bytes().ct_eq(expected)) {
        return Err(HookError::WrongToken);
    }
    let id = |key: &str| wire.get(key)?.as_i64().filter(|id| *id > 0);
    Ok(Hook {
        kind: text("kind").to_owned(),
        task: id("task_id").map(TaskId),
        file: id("file_id").map(FileId),
        job: id("job_id").map(JobId),
        run: id("action_run_id"),
    })
}
