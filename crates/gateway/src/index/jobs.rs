//! Jobs and the people on them, as they were read; and what admins say of jobs, which stands beside them.

use portal_diffgram::types::{Job, JobPeople};
use portal_model::{
    api::next::{Guide, GuideFrom, JobRow, JobSetting},
    id::{JobId, ProjectId, SchemaId, TaskId, UserId},
    task::{JobRef, TaskRow},
    time::Timestamp,
};
use sqlx::{QueryBuilder, Row, Sqlite};

use super::{Change, Error, Index};
use crate::{
    policy::{GrantGuide, ScopeFilter},
    session::sessions::key_of,
};

/// Diffgram's word for a job that hands out tasks.
pub(crate) const ACTIVE: &str = "active";
/// Its word for one that is not launched.
pub(crate) const DRAFT: &str = "draft";

/// A job from which somebody may take tasks, now or when it is active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenJob {
    pub(crate) job: JobRef,
    pub(crate) project: ProjectId,
    pub(crate) status: String,
    pub(crate) due: Option<Timestamp>,
}

impl OpenJob {
    /// Whether its tasks can be taken now.
    pub(crate) fn is_active(&self) -> bool {
        self.status == ACTIVE
    }
}

/// Adds the condition that job `j` holds one of the scope's people as an assignee, or that a grant opens it.
fn opens(sql: &mut QueryBuilder<Sqlite>, scope: &ScopeFilter) {
    sql.push(" (0");
    for (project, user) in scope.pairs() {
        sql.push(" OR (j.project = ").push_bind(project.0.clone());
        sql.push(" AND EXISTS (SELECT 1 FROM job_person p WHERE p.job = j.id AND p.part & 1 AND p.user = ");
        sql.push_bind(user.0).push("))");
    }
    for (project, pattern) in scope.jobs() {
        sql.push(" OR (j.project = ").push_bind(project.0.clone());
        sql.push(" AND j.name GLOB ").push_bind(pattern.clone()).push(")");
    }
    sql.push(")");
}

/// Names how a setting is.
pub(crate) fn version(setting: &JobSetting) -> String {
    let text = serde_json::to_string(setting).unwrap_or_default();
    format!("\"{}\"", key_of(&text).0.chars().take(16).collect::<String>())
}

fn setting(row: &sqlx::sqlite::SqliteRow) -> JobSetting {
    JobSetting {
        guide: row.get::<Option<String>, _>("guide").unwrap_or_default(),
        due: row.get::<Option<String>, _>("due").map(Timestamp),
        claim_hours: row.get("claim_hours"),
    }
}

/// What became of a change of a setting.
#[derive(Debug)]
pub(crate) enum Set {
    /// It is so now; and the tasks whose row this changed, none when they are too many to name.
    Done(Box<JobRow>, Option<Vec<Change>>),
    /// It was not as the caller thought.
    Differs,
}

/// More changed tasks than this are not told one by one.
const TOLD: usize = 300;

impl Index {
    /// Stores the jobs of a project as they were listed, newest first. When all could be read, others are gone.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_jobs(&self, project: &ProjectId, jobs: &[Job], all: bool) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        for (rank, job) in (0_i64..).zip(jobs) {
            sqlx::query(
                "INSERT INTO job (id, project, name, status, schema, rank) VALUES (?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET project = excluded.project, name = excluded.name, status = excluded.status,
                   schema = excluded.schema, rank = excluded.rank",
            )
            .bind(job.id.0)
            .bind(&project.0)
            .bind(&job.name)
            .bind(&job.status)
            .bind(job.schema.map(|SchemaId(id)| id))
            .bind(rank)
            .execute(&mut *tx)
            .await?;
        }
        if all {
            let ids: Vec<JobId> = jobs.iter().map(|job| job.id).collect();
            sqlx::query("DELETE FROM job WHERE project = ? AND id NOT IN (SELECT value FROM json_each(?))")
                .bind(&project.0)
                .bind(serde_json::to_string(&ids).unwrap_or_default())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Stores who is on a job, whole.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_job_people(&self, job: JobId, people: &JobPeople) -> Result<(), Error> {
        let mut parts = std::collections::BTreeMap::new();
        for (users, part) in [(&people.assignees, 1_i64), (&people.reviewers, 2)] {
            for user in users {
                *parts.entry(user.0).or_insert(0) |= part;
            }
        }
        let mut tx = self.begin().await?;
        let known: Vec<(i64, i64)> = sqlx::query_as("SELECT user, part FROM job_person WHERE job = ? ORDER BY user")
            .bind(job.0)
            .fetch_all(&mut *tx)
            .await?;
        // Read again and again, and hardly ever another one.
        if !known.iter().copied().eq(parts.iter().map(|(user, part)| (*user, *part))) {
            sqlx::query("DELETE FROM job_person WHERE job = ?").bind(job.0).execute(&mut *tx).await?;
            for (user, part) in parts {
                sqlx::query("INSERT INTO job_person (job, user, part) VALUES (?, ?, ?)")
                    .bind(job.0)
                    .bind(user)
                    .bind(part)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// The jobs from which the scope's people may take tasks, in the order in which tasks are taken: the most pressing first, then
    /// the oldest. Also those that hand out nothing now.
    pub(crate) async fn open_jobs(&self, scope: &ScopeFilter) -> Result<Vec<OpenJob>, Error> {
        let mut sql = QueryBuilder::new(
            "SELECT j.id, j.name, j.project, j.status, s.due FROM job j LEFT JOIN job_setting s ON s.job = j.id WHERE",
        );
        opens(&mut sql, scope);
        sql.push(" ORDER BY s.due IS NULL, s.due, j.rank DESC, j.id");
        let rows = sql.build().fetch_all(self.pool()).await?;
        Ok(rows
            .iter()
            .map(|row| OpenJob {
                job: JobRef { id: JobId(row.get("id")), name: row.get("name") },
                project: ProjectId(row.get("project")),
                status: row.get("status"),
                due: row.get::<Option<String>, _>("due").map(Timestamp),
            })
            .collect())
    }

    /// Names and due times of jobs whose tasks the person has: for those that do not hold them.
    pub(crate) async fn job_names(&self, ids: &[i64]) -> Result<Vec<(JobRef, Option<Timestamp>)>, Error> {
        let rows = sqlx::query(
            "SELECT wanted.value AS id, s.due,
               coalesce(j.name, (SELECT t.job_name FROM task t WHERE t.job = wanted.value LIMIT 1), '') AS name
             FROM json_each(?) AS wanted LEFT JOIN job j ON j.id = wanted.value
             LEFT JOIN job_setting s ON s.job = wanted.value ORDER BY s.due IS NULL, s.due, j.rank DESC, wanted.value",
        )
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .fetch_all(self.pool())
        .await?;
        Ok(rows
            .iter()
            .map(|row| {
                let job = JobRef { id: JobId(row.get("id")), name: row.get("name") };
                (job, row.get::<Option<String>, _>("due").map(Timestamp))
            })
            .collect())
    }

    /// How a task in scope is done: what admins say of its job, then what the person's grants say.
    pub(crate) async fn guides(&self, task: &TaskRow, of_grants: &[GrantGuide]) -> Result<Vec<Guide>, Error> {
        let of_job: Option<String> =
            sqlx::query_scalar("SELECT guide FROM job_setting WHERE job = ? AND project = ? AND guide <> ''")
                .bind(task.job.id.0)
                .bind(&task.project.0)
                .fetch_optional(self.pool())
                .await?;
        let mut guides: Vec<Guide> = of_job.into_iter().map(|text| Guide { from: GuideFrom::Job, text }).collect();
        for guide in of_grants.iter().filter(|guide| guide.project == task.project) {
            let about: bool = sqlx::query_scalar("SELECT coalesce(?1 GLOB ?2, 0) OR coalesce(?3 GLOB ?4, 0)")
                .bind(&task.job.name)
                .bind(&guide.jobs)
                .bind(task.dataset.as_ref().map(|dataset| &dataset.name))
                .bind(&guide.datasets)
                .fetch_one(self.pool())
                .await?;
            if about {
                guides.push(Guide { from: GuideFrom::Grant, text: guide.text.clone() });
            }
        }
        Ok(guides)
    }

    /// All jobs of these projects with what admins say of them: for their admins. By project, newest first.
    pub(crate) async fn all_jobs(&self, projects: &[ProjectId], job: Option<JobId>) -> Result<Vec<JobRow>, Error> {
        let rows = sqlx::query(JOBS)
            .bind(serde_json::to_string(projects).unwrap_or_default())
            .bind(job.map(|job| job.0))
            .fetch_all(self.pool())
            .await?;
        Ok(rows.iter().map(job_row).collect())
    }

    /// Changes what admins say of a job of these projects, if it is as this version says. `None`: there is no such job. When the
    /// idle hours are others, what is taken already goes back at `ends`, too.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn set_job(
        &self,
        projects: &[ProjectId],
        job: JobId,
        (wanted, ends): (&JobSetting, Option<&Timestamp>),
        known: &str,
    ) -> Result<Option<Set>, Error> {
        let mut tx = self.begin().await?;
        let projects = serde_json::to_string(projects).unwrap_or_default();
        let row = sqlx::query(JOBS).bind(&projects).bind(job.0).fetch_optional(&mut *tx).await?;
        let Some(before) = row.as_ref().map(job_row) else { return Ok(None) };
        if before.version != known {
            return Ok(Some(Set::Differs));
        }
        sqlx::query(
            "INSERT OR REPLACE INTO job_setting (job, project, guide, due, claim_hours) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(job.0)
        .bind(&before.project.0)
        .bind(&wanted.guide)
        .bind(wanted.due.as_ref().map(|at| &at.0))
        .bind(wanted.claim_hours)
        .execute(&mut *tx)
        .await?;
        if before.setting.claim_hours != wanted.claim_hours {
            sqlx::query(
                "UPDATE claim SET expires = ?1 WHERE project = ?2 AND task IN (SELECT id FROM task WHERE project = ?2 AND job = ?3)",
            )
            .bind(ends.map(|at| &at.0))
            .bind(&before.project.0)
            .bind(job.0)
            .execute(&mut *tx)
            .await?;
        }
        let changed: Vec<i64> = sqlx::query_scalar(
            "UPDATE task SET due = ?1 WHERE job = ?2 AND project = ?3 AND due IS NOT ?1 RETURNING id",
        )
        .bind(wanted.due.as_ref().map(|at| &at.0))
        .bind(job.0)
        .bind(&before.project.0)
        .fetch_all(&mut *tx)
        .await?;
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT task, user FROM task_person WHERE task IN (SELECT value FROM json_each(?)) ORDER BY task, user",
        )
        .bind(serde_json::to_string(&changed).unwrap_or_default())
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let mut changes: Vec<Change> = Vec::new();
        for (task, user) in rows {
            let (task, user) = (TaskId(task), UserId(user));
            match changes.last_mut().filter(|change| change.task == task) {
                Some(change) => {
                    change.before.push(user);
                    change.after.push(user);
                }
                None => changes.push(Change {
                    project: before.project.clone(),
                    task,
                    before: vec![user],
                    after: vec![user],
                }),
            }
        }
        let now = JobRow { setting: wanted.clone(), version: version(wanted), ..before };
        Ok(Some(Set::Done(Box::new(now), (changes.len() <= TOLD).then_some(changes))))
    }
}

const JOBS: &str = "SELECT j.id, j.name, j.project, j.status, coalesce(st.name, j.project) AS project_name, s.guide, s.due, s.claim_hours,
   (SELECT count(*) FROM job_person p JOIN member m ON m.project = j.project AND m.user = p.user
    WHERE p.job = j.id AND p.part & 1) AS people
 FROM job j LEFT JOIN job_setting s ON s.job = j.id LEFT JOIN sync_state st ON st.project = j.project
 WHERE j.project IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR j.id = ?2) ORDER BY j.project, j.rank, j.id";

fn job_row(row: &sqlx::sqlite::SqliteRow) -> JobRow {
    let setting = setting(row);
    JobRow {
        job: JobRef { id: JobId(row.get("id")), name: row.get("name") },
        project: ProjectId(row.get("project")),
        project_name: row.get("project_name"),
        status: row.get("status"),
        people: row.get("people"),
        version: version(&setting),
        setting,
    }
}
