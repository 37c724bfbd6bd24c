//! Reading for people. Every statement carries the scope's predicate, and lists and counts (`mine`) begin with the scope's people;
//! there is no other way to read.

use portal_model::{
    api::{ModelRun, Someone},
    file::{FileKind, FileSummary},
    id::{DatasetId, FileId, JobId, ModelRunId, ProjectId, TaskId, UserId},
    task::{DatasetRef, JobRef, Part, TaskRow, TaskStatus},
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite, sqlite::SqliteRow};

use super::{Error, Index};
use crate::policy::ScopeFilter;

/// Adds `(tp.project, tp.user) IN (…)`: whose tasks, and which when the scope is bound to some. A scope without projects sees
/// nothing.
pub(super) fn whose(query: &mut QueryBuilder<Sqlite>, scope: &ScopeFilter) {
    if scope.pairs().is_empty() {
        query.push(" 0 ");
        return;
    }
    query.push(" (tp.project, tp.user) IN (VALUES ");
    for (i, (project, user)) in scope.pairs().iter().enumerate() {
        query.push(if i > 0 { ", (" } else { "(" }).push_bind(project.0.clone()).push(", ").push_bind(user.0).push(")");
    }
    query.push(") ");
    only(query, scope, "tp.task");
}

/// Adds which tasks, when the scope is bound to some.
fn only(query: &mut QueryBuilder<Sqlite>, scope: &ScopeFilter, task: &str) {
    if let Some(only) = scope.only() {
        query.push(" AND ").push(task).push(" IN (SELECT value FROM json_each(");
        query.push_bind(serde_json::to_string(only.tasks()).unwrap_or_else(|_| "[]".into())).push(")) ");
    }
}

/// Adds `OR project IN (…)` of a table with tasks: those that an admin sees besides their own. Nothing for others.
pub(super) fn or_as_admin(query: &mut QueryBuilder<Sqlite>, scope: &ScopeFilter, table: &str) {
    if scope.admin().is_empty() {
        return;
    }
    query.push(" OR (").push(table).push(".project IN (SELECT value FROM json_each(");
    query.push_bind(serde_json::to_string(scope.admin()).unwrap_or_else(|_| "[]".into())).push("))");
    // Tables with tasks are `task` itself, and `task_person` as `p`.
    only(query, scope, if table == "p" { "p.task" } else { "t.id" });
    query.push(") ");
}

const ROW: &str =
    "SELECT t.id, t.project, t.job, t.job_name, t.dataset, t.dataset_name, t.status, t.created, t.updated, t.completed,
  t.due, t.open_issues, f.id AS file_id, f.name, f.kind, f.width, f.height, f.frame_count, f.frame_rate, f.has_thumb, tp.part";
/// Who works on it: for admins, whose list is everyone's.
const ASSIGNEES: &str =
    "(SELECT json_group_array(name) FROM (SELECT coalesce(nullif(m.name, ''), '#' || p.user) AS name
    FROM task_person p LEFT JOIN member m ON m.project = p.project AND m.user = p.user
    WHERE p.task = t.id AND p.part & 1 ORDER BY name))";
const FROM: &str =
    " AS assignees FROM task t JOIN file f ON f.id = t.file LEFT JOIN task_person tp ON tp.task = t.id AND";

pub(super) fn file(row: &SqliteRow) -> FileSummary {
    FileSummary {
        id: FileId(row.get("file_id")),
        name: row.get("name"),
        kind: FileKind::from(row.get::<String, _>("kind")),
        width: row.get("width"),
        height: row.get("height"),
        frame_count: row.get("frame_count"),
        frame_rate: row.get("frame_rate"),
        has_thumb: row.get("has_thumb"),
    }
}

fn task(row: &SqliteRow) -> TaskRow {
    TaskRow {
        id: TaskId(row.get("id")),
        project: ProjectId(row.get("project")),
        file: file(row),
        job: JobRef { id: JobId(row.get("job")), name: row.get("job_name") },
        dataset: row.get::<Option<i64>, _>("dataset").map(|id| DatasetRef {
            id: DatasetId(id),
            name: row.get::<Option<String>, _>("dataset_name").unwrap_or_default(),
        }),
        status: TaskStatus::from(row.get::<String, _>("status")),
        part: match row.get::<Option<i64>, _>("part") {
            Some(1) => Part::Assignee,
            Some(2) => Part::Reviewer,
            Some(_) => Part::Both,
            None => Part::Nobody,
        },
        created: Timestamp(row.get("created")),
        updated: Timestamp(row.get("updated")),
        completed: row.get::<Option<String>, _>("completed").map(Timestamp),
        due: row.get::<Option<String>, _>("due").map(Timestamp),
        open_issues: row.get("open_issues"),
        assignees: row
            .get::<Option<String>, _>("assignees")
            .and_then(|names| serde_json::from_str(&names).ok())
            .unwrap_or_default(),
    }
}

impl Index {
    /// The rows of these ids that are in scope now, in their order.
    pub(crate) async fn task_rows(&self, scope: &ScopeFilter, ids: &[i64]) -> Result<Vec<TaskRow>, Error> {
        let wanted = serde_json::to_string(ids).unwrap_or_default();
        let assignees = if scope.admin().is_empty() { "NULL" } else { ASSIGNEES };
        let mut sql = QueryBuilder::new(ROW);
        sql.push(", ").push(assignees).push(FROM);
        whose(&mut sql, scope);
        sql.push(" WHERE t.id IN (SELECT value FROM json_each(").push_bind(wanted).push(")) AND (tp.user IS NOT NULL");
        or_as_admin(&mut sql, scope, "t");
        sql.push(")");
        let mut rows: Vec<TaskRow> = sql.build().fetch_all(self.pool()).await?.iter().map(task).collect();
        let place: std::collections::HashMap<i64, usize> =
            ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        rows.sort_unstable_by_key(|row| place.get(&row.id.0).copied().unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// People on a task in scope: assignees, then reviewers.
    pub(crate) async fn people(&self, scope: &ScopeFilter, id: TaskId) -> Result<(Vec<Someone>, Vec<Someone>), Error> {
        let mut sql = QueryBuilder::new(
            "SELECT p.user, p.part, p.project, coalesce(m.name, '') AS name FROM task_person p
             LEFT JOIN member m ON m.project = p.project AND m.user = p.user
             WHERE p.task = ",
        );
        sql.push_bind(id.0).push(" AND (EXISTS (SELECT 1 FROM task_person tp WHERE tp.task = p.task AND");
        whose(&mut sql, scope);
        sql.push(")");
        or_as_admin(&mut sql, scope, "p");
        sql.push(") ORDER BY name, p.user");
        let (mut assignees, mut reviewers) = (Vec::new(), Vec::new());
        for row in sql.build().fetch_all(self.pool()).await? {
            let user = UserId(row.get("user"));
            let project = ProjectId(row.get("project"));
            let me = scope.pairs().iter().any(|(p, u)| *p == project && *u == user);
            let name: String = row.get("name");
            let someone = Someone { name: if name.is_empty() { format!("#{user}") } else { name }, me };
            let part: i64 = row.get("part");
            if part & 1 != 0 {
                assignees.push(someone.clone());
            }
            if part & 2 != 0 {
                reviewers.push(someone);
            }
        }
        Ok((assignees, reviewers))
    }

    /// Names of model runs of the scope's projects.
    pub(crate) async fn runs(&self, scope: &ScopeFilter, ids: &[ModelRunId]) -> Result<Vec<ModelRun>, Error> {
        if scope.pairs().is_empty() || ids.is_empty() {
            return Ok(Vec::new());
        }
        let projects: Vec<&ProjectId> = scope.pairs().iter().map(|(project, _)| project).collect();
        let rows = sqlx::query(
            "SELECT id, name FROM model_run WHERE id IN (SELECT value FROM json_each(?))
               AND project IN (SELECT value FROM json_each(?)) ORDER BY id",
        )
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .bind(serde_json::to_string(&projects).unwrap_or_default())
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(|row| ModelRun { id: ModelRunId(row.get("id")), name: row.get("name") }).collect())
    }

    /// The projects whose member has this folded address: the one reading that makes scopes rather than needing one. Where two
    /// members of a project share it, neither is taken: nobody can tell whose tasks the person may see.
    pub(crate) async fn members(&self, email: &str) -> Result<Vec<(ProjectId, UserId)>, Error> {
        let rows = sqlx::query(
            "SELECT project, min(user) AS user FROM member WHERE email = ? AND email <> ''
             GROUP BY project HAVING count(*) = 1 ORDER BY project",
        )
        .bind(email)
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(|row| (ProjectId(row.get("project")), UserId(row.get("user")))).collect())
    }

    /// What a member is called.
    pub(crate) async fn member_name(&self, project: &ProjectId, user: UserId) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT name FROM member WHERE project = ? AND user = ?")
            .bind(&project.0)
            .bind(user.0)
            .fetch_optional(self.pool())
            .await?)
    }

    /// File and project of a task, for reading it again: for `sync` only, never for an answer.
    pub(crate) async fn file_of(&self, project: &ProjectId, task: TaskId) -> Result<Option<FileId>, Error> {
        let file: Option<i64> = sqlx::query_scalar("SELECT file FROM task WHERE id = ? AND project = ?")
            .bind(task.0)
            .bind(&project.0)
            .fetch_optional(self.pool())
            .await?;
        Ok(file.map(FileId))
    }

    /// The tasks of a file that are known, for comparing with a fresh reading: for `sync` only.
    pub(crate) async fn tasks_of(&self, project: &ProjectId, file: FileId) -> Result<Vec<TaskId>, Error> {
        let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM task WHERE file = ? AND project = ?")
            .bind(file.0)
            .bind(&project.0)
            .fetch_all(self.pool())
            .await?;
        Ok(ids.into_iter().map(TaskId).collect())
    }

    /// Status and time of tasks by id, for comparing with a cheap reading: for `sync` only.
    pub(crate) async fn known(
        &self,
        project: &ProjectId,
        ids: &[TaskId],
    ) -> Result<std::collections::HashMap<TaskId, (String, String, FileId)>, Error> {
        const SQL: &str =
            "SELECT id, status, updated, file FROM task WHERE project = ? AND id IN (SELECT value FROM json_each(?))";
        let rows = sqlx::query(AssertSqlSafe(SQL))
            .bind(&project.0)
            .bind(serde_json::to_string(ids).unwrap_or_default())
            .fetch_all(self.pool())
            .await?;
        Ok(rows
            .iter()
            .map(|row| (TaskId(row.get("id")), (row.get("status"), row.get("updated"), FileId(row.get("file")))))
            .collect())
    }
}
