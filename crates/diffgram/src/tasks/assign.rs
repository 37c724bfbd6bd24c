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
    fn word(self) -> &'static str {
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
        self.call::<Value>(Call::write("assign", path, json!({"user_id_list": users, "relation": relation.word()})))
            .await
            .map(drop)
    }

    /// `POST /api/v1/project/{p}/task/{id}/user/remove`: takes people off. Those who are not on it are passed over.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown task is a [`Error::Server`].
    pub async fn unassign(&self, task: TaskId, users: &[UserId], relation: Relation) -> Result<(), Error> {
        let path = format!("/api/v1/project/{}/task/{task}/user/remove", self.id);
        // `log.success` is false here on success (§13, trap 19).
        self.call::<Value>(Call::write("unassign", path, json!({"user_id_list": users, "relation": relation.word()})))
            .await
            .map(drop)
    }
}
