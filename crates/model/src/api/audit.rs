//! Who changed what: `GET /api/audit`, for admins.

use serde::{Deserialize, Serialize};

use crate::{id::ProjectId, time::Timestamp};

/// `GET` [`AuditQuery`] → [`AuditList`].
pub const PATH: &str = "/api/audit";

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct AuditQuery {
    /// Only lines older than this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// How many: 1 to 200, 50 when left out (0).
    pub limit: u32,
}

/// Lines, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditList {
    /// Of the projects in which the person is an admin.
    pub lines: Vec<AuditLine>,
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it was meant.
    Done,
    /// Nothing was changed.
    Refused,
    /// Only a part was changed; the details say which.
    Incomplete,
    /// It is under way, or the gateway ended in the middle of it.
    Open,
}

/// One change: written before it was made, and completed after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLine {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub at: Timestamp,
    /// Who made it: a person's display name or a key's. Untrusted text.
    pub actor: String,
    /// Whether a key made it.
    pub by_key: bool,
    /// The project.
    pub project: ProjectId,
    /// What was done, for example `attribute.edit`.
    pub action: String,
    /// To what, for example `attribute 12`.
    pub subject: String,
    /// What exactly, as the action words it: JSON.
    pub detail: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Names the request in the gateway's log.
    pub request_id: Option<String>,
}
