//! Issues: which there are, what they are attached to, and how many are open on each task.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use portal_diffgram::types::{Issue as Read, IssuePlace};
use portal_model::{
    api::issues::{Issue, IssueAbout},
    id::{AnnotationId, FileId, IssueId, ProjectId, TaskId},
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{
    Change, Error, Index,
    read::{or_as_admin, whose},
    write::users_of,
};
use crate::{html, policy::ScopeFilter};

/// More of an issue's text is not kept, in bytes.
const MAX_TEXT: usize = 64 << 10;

/// The reading as a short text: two equal ones change nothing.
fn print(issue: &Read) -> String {
    Sha256::digest(format!("{issue:?}")).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// As much of a text as is kept.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or(text)
}

/// What a place is called in the store.
fn kinds(place: IssuePlace) -> Vec<(&'static str, i64)> {
    match place {
        IssuePlace::Task(id) => vec![("task", id.0)],
        IssuePlace::File(id) => vec![("file", id.0)],
        IssuePlace::Job(id) => vec![("job", id.0)],
        IssuePlace::Annotation(id, None) => vec![("annotation", id.0)],
        IssuePlace::Annotation(id, Some(file)) => vec![("annotation", id.0), ("annotation_file", file.0)],
    }
}

/// Issues that stand on the tasks of the statement before: on the task, its file, or an annotation of its file; never one that is
/// on the whole job only. Diffgram does not check whose a place is, so the project decides.
const ON_TASKS: &str = "
  SELECT t.id AS task, i.id AS issue, i.status, p.kind FROM issue i JOIN issue_place p ON p.issue = i.id AND p.kind = 'task'
    JOIN task t ON t.id = p.id AND t.project = i.project
  UNION
  SELECT t.id, i.id, i.status, p.kind FROM issue i JOIN issue_place p ON p.issue = i.id AND p.kind IN ('file', 'annotation_file')
    JOIN task t ON t.file = p.id AND t.project = i.project";

impl Index {
    /// Those of these issues that are not known as they were read just now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn new_issues<'a>(&self, project: &ProjectId, issues: &'a [Read]) -> Result<Vec<&'a Read>, Error> {
        let rows: Vec<(i64, String)> = sqlx::query_as("SELECT id, print FROM issue WHERE project = ?")
            .bind(&project.0)
            .fetch_all(self.pool())
            .await?;
        let known: HashMap<i64, String> = rows.into_iter().collect();
        Ok(issues.iter().filter(|issue| known.get(&issue.id.0) != Some(&print(issue))).collect())
    }

    /// Whether others than these are known to be on the task or its file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn has_other_issues(
        &self,
        project: &ProjectId,
        task: TaskId,
        file: FileId,
        here: &[Read],
    ) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM issue_place p JOIN issue i ON i.id = p.issue
               WHERE ((p.kind = 'task' AND p.id = ?1) OR (p.kind = 'file' AND p.id = ?2)) AND i.project = ?4
                 AND i.id NOT IN (SELECT value FROM json_each(?3)))",
        )
        .bind(task.0)
        .bind(file.0)
        .bind(ids_of(here))
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?)
    }

    /// Stores issues with what they are attached to, takes out those that are `gone`, and counts anew. Answers the tasks whose
    /// count changed.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_issues(
        &self,
        project: &ProjectId,
        issues: &[(&Read, Vec<IssuePlace>)],
        gone: Gone<'_>,
    ) -> Result<Vec<Change>, Error> {
        let mut tx = self.begin().await?;
        for (issue, places) in issues {
            sqlx::query(
                "INSERT INTO issue (id, project, title, status, frame, created, print, description, author_name)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET project = excluded.project, title = excluded.title, status = excluded.status,
                   frame = excluded.frame, created = excluded.created, print = excluded.print,
                   description = excluded.description, author_name = excluded.author_name",
            )
            .bind(issue.id.0)
            .bind(&project.0)
            .bind(short(&issue.title))
            .bind(if issue.open { "open" } else { "closed" })
            .bind(issue.frame)
            .bind(&issue.created.0)
            .bind(print(issue))
            .bind(short(&issue.description))
            .bind(&issue.author)
            .execute(&mut *tx)
            .await?;
            sqlx::query("DELETE FROM issue_place WHERE issue = ?").bind(issue.id.0).execute(&mut *tx).await?;
            for (kind, id) in places.iter().copied().flat_map(kinds) {
                sqlx::query("INSERT OR IGNORE INTO issue_place (issue, kind, id) VALUES (?, ?, ?)")
                    .bind(issue.id.0)
                    .bind(kind)
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        match gone {
            Gone::AllBut(here) => {
                sqlx::query("DELETE FROM issue WHERE project = ? AND id NOT IN (SELECT value FROM json_each(?))")
                    .bind(&project.0)
                    .bind(ids_of(here))
                    .execute(&mut *tx)
                    .await?;
            }
            Gone::On(task, file, here) => {
                sqlx::query(
                    "DELETE FROM issue_place WHERE ((kind = 'task' AND id = ?1) OR (kind = 'file' AND id = ?2))
                       AND issue NOT IN (SELECT value FROM json_each(?3))
                       AND issue IN (SELECT id FROM issue WHERE project = ?4)",
                )
                .bind(task.0)
                .bind(file.0)
                .bind(ids_of(here))
                .bind(&project.0)
                .execute(&mut *tx)
                .await?;
            }
        }
        let changes = recount(&mut tx, project).await?;
        count_on_files(&mut tx, project).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// Issues on a task in scope, newest first.
    pub(crate) async fn issues(&self, scope: &ScopeFilter, task: TaskId) -> Result<Vec<Issue>, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "WITH mine(id, file, project) AS (SELECT t.id, t.file, t.project FROM task t WHERE t.id = ",
        );
        sql.push_bind(task.0).push(" AND (EXISTS (SELECT 1 FROM task_person tp WHERE tp.task = t.id AND");
        whose(&mut sql, scope);
        sql.push(")");
        or_as_admin(&mut sql, scope, "t");
        sql.push(
            "))
             SELECT i.id, i.title, i.status, i.author_name, i.created, i.frame, i.description,
               max(p.kind = 'task') AS on_task, max(p.kind = 'file') AS on_file,
               (SELECT min(a.id) FROM issue_place a WHERE a.issue = i.id AND a.kind = 'annotation') AS annotation
             FROM mine JOIN issue_place p ON (p.kind = 'task' AND p.id = mine.id)
                 OR (p.kind IN ('file', 'annotation_file') AND p.id = mine.file)
               JOIN issue i ON i.id = p.issue AND i.project = mine.project
             GROUP BY i.id ORDER BY i.created DESC, i.id DESC",
        );
        Ok(sql.build().fetch_all(self.pool()).await?.iter().map(issue).collect())
    }
}

/// What a reading means for issues that are not in it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gone<'a> {
    /// It was a reading of all: the others do not exist any more.
    AllBut(&'a [Read]),
    /// It was a reading of a task and its file: the others are not attached to these any more.
    On(TaskId, FileId, &'a [Read]),
}

fn ids_of(issues: &[Read]) -> String {
    let ids: Vec<IssueId> = issues.iter().map(|issue| issue.id).collect();
    serde_json::to_string(&ids).unwrap_or_default()
}

fn issue(row: &SqliteRow) -> Issue {
    let annotation: Option<i64> = row.get("annotation");
    Issue {
        id: IssueId(row.get("id")),
        title: row.get("title"),
        open: row.get::<String, _>("status") == "open",
        author: row.get("author_name"),
        created: Timestamp(row.get("created")),
        about: match annotation {
            Some(id) => IssueAbout::Annotation { id: AnnotationId(id) },
            None if row.get::<bool, _>("on_task") => IssueAbout::Task,
            None => IssueAbout::File,
        },
        frame: row.get("frame"),
        description: html::sanitised(row.get("description")),
    }
}

/// Counts the open issues of tasks that were not there when those were read.
pub(super) async fn count(tx: &mut SqliteConnection, tasks: &[TaskId]) -> Result<(), sqlx::Error> {
    if tasks.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE task SET open_issues =
           (SELECT count(DISTINCT i.id) FROM issue_place p JOIN issue i ON i.id = p.issue
            WHERE i.project = task.project AND i.status = 'open'
              AND ((p.kind = 'task' AND p.id = task.id) OR (p.kind IN ('file', 'annotation_file') AND p.id = task.file)))
         WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS
           (SELECT 1 FROM issue_place p
            WHERE (p.kind = 'task' AND p.id = task.id) OR (p.kind IN ('file', 'annotation_file') AND p.id = task.file))",
    )
    .bind(serde_json::to_string(tasks).unwrap_or_default())
    .execute(tx)
    .await?;
    Ok(())
}

/// Counts the open issues of each task of a project anew; answers the tasks where that changed something, with their people.
pub(super) async fn recount(tx: &mut SqliteConnection, project: &ProjectId) -> Result<Vec<Change>, sqlx::Error> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT task, count(DISTINCT issue) FROM (");
    sql.push(ON_TASKS).push(") WHERE status = 'open' AND task IN (SELECT id FROM task WHERE project = ");
    sql.push_bind(project.0.clone()).push(") GROUP BY task");
    let now: Vec<(i64, u32)> = sql.build_query_as().fetch_all(&mut *tx).await?;
    let before: Vec<(i64, u32)> =
        sqlx::query_as("SELECT id, open_issues FROM task WHERE project = ? AND open_issues > 0")
            .bind(&project.0)
            .fetch_all(&mut *tx)
            .await?;
    let (now, before): (BTreeMap<i64, u32>, BTreeMap<i64, u32>) =
        (now.into_iter().collect(), before.into_iter().collect());
    let tasks: BTreeSet<i64> = now.keys().chain(before.keys()).copied().collect();
    let mut changes = Vec::new();
    for task in tasks {
        let count = now.get(&task).copied().unwrap_or(0);
        if before.get(&task).copied().unwrap_or(0) == count {
            continue;
        }
        sqlx::query("UPDATE task SET open_issues = ? WHERE id = ?").bind(count).bind(task).execute(&mut *tx).await?;
        let people = users_of(tx, project, TaskId(task)).await?;
        changes.push(Change { project: project.clone(), task: TaskId(task), before: people.clone(), after: people });
    }
    Ok(changes)
}

/// Counts the open issues on the files of a project, and on what is drawn on them, where that changes something.
async fn count_on_files(tx: &mut SqliteConnection, project: &ProjectId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH now(id, n) AS MATERIALIZED (
           SELECT p.id, count(DISTINCT i.id) FROM issue i JOIN issue_place p ON p.issue = i.id
           WHERE i.project = ?1 AND i.status = 'open' AND p.kind IN ('file', 'annotation_file') GROUP BY p.id)
         UPDATE file SET open_issues = coalesce((SELECT n FROM now WHERE now.id = file.id), 0)
         WHERE project = ?1 AND id IN (SELECT id FROM now UNION SELECT id FROM file WHERE open_issues > 0)
           AND open_issues <> coalesce((SELECT n FROM now WHERE now.id = file.id), 0)",
    )
    .bind(&project.0)
    .execute(tx)
    .await?;
    Ok(())
}
