//! Projects, their members and model runs: the small things, read whole and compared.

use std::collections::BTreeSet;

use portal_diffgram::types::{Job, Member, ModelRun, Project};
use portal_model::id::{ModelRunId, ProjectId, UserId};

use super::{Error, Index, Writer, fold};
use crate::policy::ScopeFilter;

/// A member of a project, found by e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMember {
    /// The project.
    pub project: ProjectId,
    /// The project's name for people. Untrusted text.
    pub project_name: String,
    /// How its tasks name them.
    pub user: UserId,
    /// Diffgram's role words.
    pub roles: Vec<String>,
}

impl Index {
    /// The memberships of an e-mail address. Where two members of one project share it, neither is taken: nobody can tell
    /// which of them is meant.
    pub(crate) async fn members_with_email(&self, email: &str) -> Result<Vec<KnownMember>, Error> {
        let rows: Vec<(String, Option<String>, i64, String)> = sqlx::query_as(
            "SELECT m.project, p.name, min(m.user), m.roles
             FROM member m LEFT JOIN project p ON p.id = m.project
             WHERE m.email = ?1 AND m.email <> ''
             GROUP BY m.project HAVING count(*) = 1 ORDER BY m.project",
        )
        .bind(fold::email(email))
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|(project, name, user, roles)| KnownMember {
                project_name: name.unwrap_or_else(|| project.clone()),
                project: ProjectId(project),
                user: UserId(user),
                roles: serde_json::from_str(&roles).unwrap_or_default(),
            })
            .collect())
    }

    /// Which projects' members have been read at least once.
    pub(crate) async fn projects_with_members(&self) -> Result<BTreeSet<ProjectId>, Error> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT project FROM sync_state WHERE members = 1").fetch_all(self.store.pool()).await?;
        Ok(rows.into_iter().map(|(p,)| ProjectId(p)).collect())
    }

    /// Names of members, in the order asked for; a user without a name or no longer a member has an empty one.
    pub(crate) async fn names(
        &self,
        scope: &ScopeFilter,
        project: &ProjectId,
        users: &[UserId],
    ) -> Result<Vec<String>, Error> {
        if !scope.has_project(project) {
            return Ok(vec![String::new(); users.len()]);
        }
        let ids = serde_json::Value::from(users.iter().map(|u| u.0).collect::<Vec<_>>()).to_string();
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT coalesce(m.name, '') FROM json_each(?1) w LEFT JOIN member m ON m.project = ?2 AND m.user = w.value ORDER BY w.key",
        )
        .bind(ids)
        .bind(&project.0)
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// Names of model runs of a project of the scope.
    pub(crate) async fn model_runs(
        &self,
        scope: &ScopeFilter,
        project: &ProjectId,
        runs: &BTreeSet<ModelRunId>,
    ) -> Result<Vec<portal_model::api::ModelRun>, Error> {
        if runs.is_empty() || !scope.has_project(project) {
            return Ok(Vec::new());
        }
        let ids = serde_json::Value::from(runs.iter().map(|r| r.0).collect::<Vec<_>>()).to_string();
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT r.id, r.name FROM json_each(?1) w JOIN model_run r ON r.project = ?2 AND r.id = w.value ORDER BY r.id",
        )
        .bind(ids)
        .bind(&project.0)
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows.into_iter().map(|(id, name)| portal_model::api::ModelRun { id: ModelRunId(id), name }).collect())
    }
}

impl Writer {
    /// Remembers a project's name.
    pub(crate) async fn project(&self, project: &Project) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO project (id, name) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        )
        .bind(&project.id.0)
        .bind(&project.name)
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Replaces a project's members. Answers the (folded) addresses whose membership came, went or moved to another user.
    pub(crate) async fn members(&self, project: &ProjectId, members: &[Member]) -> Result<BTreeSet<String>, Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let before: Vec<(i64, String)> = sqlx::query_as("SELECT user, email FROM member WHERE project = ?1")
            .bind(&project.0)
            .fetch_all(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM member WHERE project = ?1").bind(&project.0).execute(&mut *tx).await?;
        for member in members {
            sqlx::query(
                "INSERT INTO member (project, user, member, email, name, roles) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (project, user) DO NOTHING",
            )
            .bind(&project.0)
            .bind(member.user.0)
            .bind(member.member.0)
            .bind(fold::email(&member.email))
            .bind(&member.name)
            .bind(serde_json::Value::from(member.roles.clone()).to_string())
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "INSERT INTO sync_state (project, members) VALUES (?1, 1) ON CONFLICT (project) DO UPDATE SET members = 1",
        )
        .bind(&project.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let before: BTreeSet<(i64, String)> = before.into_iter().collect();
        let after: BTreeSet<(i64, String)> = members.iter().map(|m| (m.user.0, fold::email(&m.email))).collect();
        Ok(before.symmetric_difference(&after).map(|(_, email)| email.clone()).collect())
    }

    /// Replaces a project's model runs.
    pub(crate) async fn model_runs(&self, project: &ProjectId, runs: &[ModelRun]) -> Result<(), Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM model_run WHERE project = ?1").bind(&project.0).execute(&mut *tx).await?;
        for run in runs {
            sqlx::query("INSERT INTO model_run (project, id, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
                .bind(&project.0)
                .bind(run.id.0)
                .bind(&run.name)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Replaces a project's jobs. Answers those whose name is not the one before: their tasks carry it, too.
    pub(crate) async fn jobs(&self, project: &ProjectId, jobs: &[Job]) -> Result<Vec<Job>, Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let before: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, name FROM job WHERE project = ?1").bind(&project.0).fetch_all(&mut *tx).await?;
        sqlx::query("DELETE FROM job WHERE project = ?1").bind(&project.0).execute(&mut *tx).await?;
        for job in jobs {
            sqlx::query("INSERT INTO job (project, id, name, status) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
                .bind(&project.0)
                .bind(job.id.0)
                .bind(&job.name)
                .bind(&job.status)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(jobs
            .iter()
            .filter(|job| before.iter().any(|(id, name)| *id == job.id.0 && *name != job.name))
            .cloned()
            .collect())
    }
}
