//! What Diffgram's webhooks carry (`diffgram-api.md` §10): ids only, a token in the body, no signature. Only ever a hint.

use portal_model::id::{FileId, JobId, TaskId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
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

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    token: serde_json::Value,
    #[serde(default, deserialize_with = "crate::wire::text")]
    kind: String,
    #[serde(default)]
    task_id: serde_json::Value,
    #[serde(default)]
    file_id: serde_json::Value,
    #[serde(default)]
    job_id: serde_json::Value,
    #[serde(default)]
    action_run_id: serde_json::Value,
}

/// Checks the token (in constant time) and reads the rest; ids of the wrong type read as none.
///
/// # Errors
/// [`HookError`].
pub fn read(body: &[u8], token: &SecretString) -> Result<Hook, HookError> {
    let wire: Wire = serde_json::from_slice(body).map_err(|_| HookError::NotJson)?;
    let given = wire.token.as_str().unwrap_or_default();
    if !bool::from(given.as_bytes().ct_eq(token.expose_secret().as_bytes())) {
        return Err(HookError::WrongToken);
    }
    let id = |value: serde_json::Value| value.as_i64().filter(|id| *id > 0);
    Ok(Hook {
        kind: wire.kind,
        task: id(wire.task_id).map(TaskId),
        file: id(wire.file_id).map(FileId),
        job: id(wire.job_id).map(JobId),
        run: id(wire.action_run_id),
    })
}
