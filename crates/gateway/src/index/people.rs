//! Members of projects, by name: for giving tasks to people.

use portal_model::{
    api::acting::Member,
    id::{ProjectId, UserId},
};
use sqlx::Row;

use super::{Error, Index};

impl Index {
    /// A member with their folded address.
    pub(crate) async fn member(&self, project: &ProjectId, user: UserId) -> Result<Option<(Member, String)>, Error> {
        let row = sqlx::query("SELECT name, email FROM member WHERE project = ? AND user = ?")
            .bind(&project.0)
            .bind(user.0)
            .fetch_optional(self.pool())
            .await?;
        Ok(row.map(|row| {
            (Member { project: project.clone(), user, name: named(row.get("name"), user) }, row.get("email"))
        }))
    }

    /// The members of these projects, by name.
    pub(crate) async fn members_of(&self, projects: &[ProjectId]) -> Result<Vec<Member>, Error> {
        let rows = sqlx::query(
            "SELECT project, user, name FROM member WHERE project IN (SELECT value FROM json_each(?))
             ORDER BY name COLLATE NOCASE, user",
        )
        .bind(serde_json::to_string(projects).unwrap_or_else(|_| "[]".into()))
        .fetch_all(self.pool())
        .await?;
        let member = |row: &sqlx::sqlite::SqliteRow| {
            let user = UserId(row.get("user"));
            Member { project: ProjectId(row.get("project")), user, name: named(row.get("name"), user) }
        };
        Ok(rows.iter().map(member).collect())
    }
}

/// Somebody without a name is called by their number.
fn named(name: String, user: UserId) -> String {
    if name.is_empty() { format!("#{user}") } else { name }
}
