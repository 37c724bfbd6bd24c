//! Giving tasks to people (`diffgram-api.md` §2.5).

use portal_model::id::{TaskId, UserId};
use serde_json::{Value, json};

use crate::{Error, ProjectClient, transport::Call};

/// What somebody becomes on a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Works on it.
    Assignee,
    /// Reviews it.
    Reviewer,
}

impl Relation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Assignee => "assignee",
            Self::Reviewer => "reviewer",
        }
    }
}

impl ProjectClient {
    /// `POST /api/v1/project/{p}/task/{id}/user/add`: adds people. Diffgram does not check that they are members.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown user or task is a [`Error::Server`].
    pub async fn assign(&self, task: TaskId, users: &[UserId], relation: Relation) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/task/{task}/user/add", self.id);
        // `log.success` is false here on success (§13, trap 19).
        self.call::<Value>(Call::write("assign", path, json!({"user_id_list": users, "relation": relation.as_str()})))
            .await
            .map(drop)
    }

    /// `POST /api/v1/project/{p}/task/{id}/user/remove`: takes people off; those who are not on it are passed over. The task keeps
    /// its status: nothing ever becomes available again (§2.4), and its time does not move (`sync-evidence.md` §1).
    ///
    /// # Errors
    /// Any [`Error`]; an unknown user or task is a [`Error::Server`].
    pub async fn unassign(&self, task: TaskId, users: &[UserId], relation: Relation) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/task/{task}/user/remove", self.id);
        // `log.success` is false here on success, too.
        self.call::<Value>(Call::write("unassign", path, json!({"user_id_list": users, "relation": relation.as_str()})))
            .await
            .map(drop)
    }
}
