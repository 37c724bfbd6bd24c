//! People: who is signed in, and what they may do.

use serde::{Deserialize, Serialize};

use crate::id::ProjectId;

/// What somebody may do in a project. Ordered: least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Labels their own tasks.
    #[default]
    User,
    /// Also reviews, and gives the tasks they review to people.
    Reviewer,
    /// Also edits schemas, and sees and gives out all tasks of the project.
    Admin,
}

/// One project of the signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProjectAccess {
    /// The project.
    pub id: ProjectId,
    /// Its name for people. Untrusted text.
    pub name: String,
    /// What they may do there.
    pub role: Role,
}
