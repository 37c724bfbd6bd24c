//! Writing what was read. Every function tells what really changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use portal_diffgram::types::{FileTimes, Member, ModelRun, Task};
use portal_model::{
    id::{DatasetId, FileId, ProjectId, TaskId, UserId},
    task::{Part, Tab, TaskStatus},
};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::{
    Change, Error, Index, Reading,
    batch::pieces,
    files::{self, put_files},
    fold, issues, news,
    order::Fact,
};
use crate::session::claims::fold_email;

/// Number of a tab in the store; archived tasks have none.
pub(super) fn tab_number(status: &TaskStatus, part: Part) -> Option<i64> {
    Tab::of(status, part).map(|tab| match tab {
        Tab::Todo | Tab::SentBack => 0,
        Tab::InReview => 1,
        Tab::Done => 2,
        Tab::All => 3,
    })
}

pub(super) fn part_number(part: Part) -> i64 {
    match part {
        Part::Assignee => 1,
        Part::Reviewer => 2,
        Part::Both => 3,
        Part::Nobody => 0,
    }
}

/// Everybody on a task with their part.
fn people(task: &Task) -> Vec<(UserId, Part)> {
    let mut people: Vec<(UserId, Part)> = task
        .assignees
        .iter()
        .map(|user| (*user, if task.reviewers.contains(user) { Part::Both } else { Part::Assignee }))
        .chain(task.reviewers.iter().filter(|user| !task.assignees.contains(user)).map(|user| (*user, Part::Reviewer)))
        .collect();
    people.sort_unstable_by_key(|(user, _)| *user);
    people
}

/// The reading as one text: two equal ones change nothing. The file's times are left out: they change when somebody draws, which
/// is no change of the task.
fn print(task: &Task) -> String {
    format!("{:?}", Task { file_times: FileTimes::default(), ..task.clone() })
}

impl Index {
    /// Takes the write lock at once. A transaction that reads first and writes later fails as soon as another one has written
    /// meanwhile, without waiting; this one waits its turn.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.pool().begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Ends a full reading: tasks that it did not see count as missing, and go when that happens twice in a row.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn end_pass(&self, project: &ProjectId, pass: i64) -> Result<Vec<Change>, Error> {
        sqlx::query("UPDATE task SET missing = CASE WHEN pass = ?1 THEN 0 ELSE missing + 1 END WHERE project = ?2")
            .bind(pass)
            .bind(&project.0)
            .execute(self.pool())
            .await?;
        let gone: Vec<i64> = sqlx::query_scalar("SELECT id FROM task WHERE project = ? AND missing >= 2")
            .bind(&project.0)
            .fetch_all(self.pool())
            .await?;
        let gone: Vec<TaskId> = gone.into_iter().map(TaskId).collect();
        // Two readings of all did not see them.
        self.reading().remove_tasks(project, &gone).await
    }

    /// Marks tasks as seen by a full reading without changing them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn see(&self, project: &ProjectId, ids: &[TaskId], pass: i64) -> Result<(), Error> {
        let ids = serde_json::to_string(ids).unwrap_or_default();
        sqlx::query("UPDATE task SET pass = ? WHERE project = ? AND id IN (SELECT value FROM json_each(?))")
            .bind(pass)
            .bind(&project.0)
            .bind(ids)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Stores the members, whole: whoever is not among them is none any more. Answers the folded addresses that came, went, or
    /// belong to another user now.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_members(&self, project: &ProjectId, members: &[Member]) -> Result<BTreeSet<String>, Error> {
        let mut tx = self.begin().await?;
        let before: BTreeSet<(i64, String)> = sqlx::query_as("SELECT user, email FROM member WHERE project = ?")
            .bind(&project.0)
            .fetch_all(&mut *tx)
            .await?
            .into_iter()
            .collect();
        sqlx::query("DELETE FROM member WHERE project = ?").bind(&project.0).execute(&mut *tx).await?;
        let mut after = BTreeSet::new();
        for member in members {
            // An address that cannot be compared matches nobody.
            let email = fold_email(&member.email).unwrap_or_default();
            after.insert((member.user.0, email.clone()));
            sqlx::query("INSERT OR REPLACE INTO member (project, user, member, email, name) VALUES (?, ?, ?, ?, ?)")
                .bind(&project.0)
                .bind(member.user.0)
                .bind(member.member.0)
                .bind(email)
                .bind(&member.name)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(before.symmetric_difference(&after).map(|(_, email)| email.clone()).collect())
    }

    /// Stores the model runs.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn put_runs(&self, project: &ProjectId, runs: &[ModelRun]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        for run in runs {
            sqlx::query("INSERT OR REPLACE INTO model_run (id, project, name, name_key) VALUES (?, ?, ?, ?)")
                .bind(run.id.0)
                .bind(&project.0)
                .bind(&run.name)
                .bind(fold(&run.name))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

pub(super) async fn users_of(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    task: TaskId,
) -> Result<Vec<UserId>, sqlx::Error> {
    let users: Vec<i64> =
        sqlx::query_scalar("SELECT user FROM task_person WHERE task = ? AND project = ? ORDER BY user")
            .bind(task.0)
            .bind(&project.0)
            .fetch_all(tx)
            .await?;
    Ok(users.into_iter().map(UserId).collect())
}

/// A task as it was read just now.
struct New<'a> {
    task: &'a Task,
    print: String,
}

impl Reading<'_> {
    /// Stores rows as they came. With a pass, they count as seen by it.
    ///
    /// # Errors
    /// When the store does not answer; then none of the rows is stored.
    pub(crate) async fn put_tasks(
        &self,
        project: &ProjectId,
        tasks: &[Task],
        pass: Option<i64>,
    ) -> Result<Vec<Change>, Error> {
        // One that stands on a page twice counts as it stands there last.
        let last: HashMap<TaskId, &Task> = tasks.iter().map(|task| (task.id, task)).collect();
        let tasks: Vec<&Task> = tasks.iter().filter(|task| std::ptr::eq(last[&task.id], *task)).collect();
        let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
        let mut tx = self.index.begin().await?;
        let known = known(&mut tx, &ids).await?;
        let (tasks, overtaken): (Vec<&Task>, Vec<&Task>) =
            tasks.into_iter().partition(|task| self.settles(Fact::Task(task.id)));
        let overtaken: Vec<TaskId> = overtaken.into_iter().map(|task| task.id).collect();
        seen(&mut tx, project, &overtaken, pass).await?;
        let (same, new): (Vec<New>, Vec<New>) = tasks
            .into_iter()
            .map(|task| New { task, print: print(task) })
            .partition(|new| known.get(&new.task.id.0).is_some_and(|print| *print == new.print));
        still_there(&mut tx, project, &same, pass).await?;
        let changes = put(&mut tx, project, &new, pass).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// Takes tasks out of everybody's lists: they were archived or are gone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn remove_tasks(&self, project: &ProjectId, ids: &[TaskId]) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        let mut tx = self.index.begin().await?;
        for id in ids.iter().filter(|id| self.settles(Fact::Task(**id))) {
            let before = users_of(&mut tx, project, *id).await?;
            let gone = sqlx::query("DELETE FROM task WHERE id = ? AND project = ?")
                .bind(id.0)
                .bind(&project.0)
                .execute(&mut *tx)
                .await?;
            if gone.rows_affected() > 0 {
                changes.push(Change { project: project.clone(), task: *id, before, after: Vec::new() });
            }
        }
        tx.commit().await?;
        Ok(changes)
    }
}

/// The prints of those of these tasks that are known.
async fn known(tx: &mut SqliteConnection, ids: &[TaskId]) -> Result<HashMap<i64, String>, sqlx::Error> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, print FROM task WHERE id IN (SELECT value FROM json_each(?))")
            .bind(serde_json::to_string(ids).unwrap_or_default())
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Notes that tasks were seen again; their files may have changed.
async fn still_there(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    tasks: &[New<'_>],
    pass: Option<i64>,
) -> Result<(), sqlx::Error> {
    let changed =
        tasks.iter().filter_map(|New { task, .. }| Some((task.file.id, &task.file_times.changed.as_ref()?.0)));
    let changed: Vec<(FileId, &String)> = changed.collect();
    if !changed.is_empty() {
        sqlx::query(
            "UPDATE file SET changed = seen.value ->> 1 FROM json_each(?) AS seen
             WHERE file.id = seen.value ->> 0 AND file.changed <> seen.value ->> 1",
        )
        .bind(serde_json::to_string(&changed).unwrap_or_default())
        .execute(&mut *tx)
        .await?;
    }
    let ids: Vec<TaskId> = tasks.iter().map(|new| new.task.id).collect();
    seen(tx, project, &ids, pass).await
}

/// Notes that a full reading saw these.
async fn seen(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    ids: &[TaskId],
    pass: Option<i64>,
) -> Result<(), sqlx::Error> {
    if let Some(pass) = pass.filter(|_| !ids.is_empty()) {
        sqlx::query(
            "UPDATE task SET pass = ?1 WHERE project = ?2 AND id IN (SELECT value FROM json_each(?3)) AND pass <> ?1",
        )
        .bind(pass)
        .bind(&project.0)
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// The words by which a task is found.
fn search(task: &Task) -> String {
    let dataset = task.dataset.as_ref();
    fold(&format!(
        "{} {} {} {} {} {} {}",
        task.file.name,
        task.job.name,
        dataset.map_or("", |dataset| &dataset.name),
        task.id,
        task.file.id,
        task.job.id,
        dataset.map(|dataset| dataset.id.to_string()).unwrap_or_default()
    ))
}

/// Stores tasks that are new or have changed, with their files, datasets and people.
async fn put(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    tasks: &[New<'_>],
    pass: Option<i64>,
) -> Result<Vec<Change>, sqlx::Error> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<TaskId> = tasks.iter().map(|new| new.task.id).collect();
    let ids = serde_json::to_string(&ids).unwrap_or_default();
    let mut before: HashMap<i64, Vec<UserId>> = HashMap::new();
    let news = news::Before::read(tx, project, &ids).await?;
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT task, user FROM task_person WHERE task IN (SELECT value FROM json_each(?)) AND project = ? ORDER BY task, user",
    )
    .bind(&ids)
    .bind(&project.0)
    .fetch_all(&mut *tx)
    .await?;
    for (task, user) in rows {
        before.entry(task).or_default().push(UserId(user));
    }
    let people: Vec<(TaskId, UserId, Part, i64)> = tasks
        .iter()
        .flat_map(|New { task, .. }| {
            let placed = people(task).into_iter().map(|(user, part)| (user, part, tab_number(&task.status, part)));
            placed.filter_map(|(user, part, tab)| Some((task.id, user, part, tab?)))
        })
        .collect();
    let mut after: HashMap<TaskId, Vec<UserId>> = HashMap::new();
    for (task, user, ..) in &people {
        after.entry(*task).or_default().push(*user);
    }
    let files: Vec<files::Row> = tasks
        .iter()
        .map(|New { task, .. }| files::Row {
            file: &task.file,
            times: &task.file_times,
            wanted: after.contains_key(&task.id),
        })
        .collect();
    put_files(tx, project, &files).await?;
    // Named by a task: listed or not, people may ask by it.
    let datasets = tasks.iter().filter_map(|new| new.task.dataset.as_ref());
    let datasets: BTreeMap<DatasetId, &str> = datasets.map(|dataset| (dataset.id, dataset.name.as_str())).collect();
    for (id, name) in datasets {
        sqlx::query("INSERT OR IGNORE INTO dataset (id, project, name, name_key, listed) VALUES (?, ?, ?, ?, 0)")
            .bind(id.0)
            .bind(&project.0)
            .bind(name)
            .bind(fold(name))
            .execute(&mut *tx)
            .await?;
    }
    let was = statuses(tx, &ids).await?;
    for piece in pieces(tasks) {
        put_rows(tx, project, piece, pass).await?;
    }
    put_history(tx, tasks, &was).await?;
    let new: Vec<TaskId> = tasks.iter().map(|new| new.task.id).filter(|id| !was.contains_key(&id.0)).collect();
    issues::count(tx, &new).await?;
    sqlx::query("DELETE FROM task_person WHERE task IN (SELECT value FROM json_each(?))")
        .bind(&ids)
        .execute(&mut *tx)
        .await?;
    for piece in pieces(&people) {
        let mut sql = QueryBuilder::<Sqlite>::new("INSERT INTO task_person (project, user, task, part, tab) ");
        sql.push_values(piece, |mut values, (task, user, part, tab)| {
            values.push_bind(project.0.clone()).push_bind(user.0).push_bind(task.0);
            values.push_bind(part_number(*part)).push_bind(*tab);
        });
        sql.build().execute(&mut *tx).await?;
    }
    news.tell(tx, project, tasks.iter().map(|new| new.task), &people).await?;
    let changes = tasks.iter().map(|New { task, .. }| Change {
        project: project.clone(),
        task: task.id,
        before: before.remove(&task.id.0).unwrap_or_default(),
        after: after.remove(&task.id).unwrap_or_default(),
    });
    Ok(changes.collect())
}

/// Status of tasks as it was known, and since when.
async fn statuses(tx: &mut SqliteConnection, ids: &str) -> Result<HashMap<i64, (String, String)>, sqlx::Error> {
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT id, status, updated FROM task WHERE id IN (SELECT value FROM json_each(?))")
            .bind(ids)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().map(|(id, status, updated)| (id, (status, updated))).collect())
}

/// Notes what status tasks had and have, where it changed: Diffgram keeps no history that a key may read. A task that is read
/// for the first time has none yet.
async fn put_history(
    tx: &mut SqliteConnection,
    tasks: &[New<'_>],
    was: &HashMap<i64, (String, String)>,
) -> Result<(), sqlx::Error> {
    let mut moments: Vec<(i64, &str, &str)> = Vec::new();
    for New { task, .. } in tasks {
        let Some((status, updated)) = was.get(&task.id.0).filter(|(status, _)| *status != task.status.as_str()) else {
            continue;
        };
        moments.push((task.id.0, updated, status));
        moments.push((task.id.0, &task.updated.0, task.status.as_str()));
    }
    if moments.is_empty() {
        return Ok(());
    }
    // An assignment moves the time of a status that stays: the first time a status is noted in a row counts.
    sqlx::query(
        "INSERT OR IGNORE INTO task_history (task, at, status)
         SELECT new.value ->> 0, new.value ->> 1, new.value ->> 2 FROM json_each(?) AS new
         WHERE new.value ->> 2 IS NOT (SELECT h.status FROM task_history h WHERE h.task = new.value ->> 0
           AND h.at <= new.value ->> 1 ORDER BY h.at DESC LIMIT 1)",
    )
    .bind(serde_json::to_string(&moments).unwrap_or_default())
    .execute(tx)
    .await?;
    Ok(())
}

async fn put_rows(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    tasks: &[New<'_>],
    pass: Option<i64>,
) -> Result<(), sqlx::Error> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "INSERT INTO task (id, project, file, job, job_name, dataset, dataset_name, status, created, updated, completed, search,
           name_key, job_key, print, pass, missing, due) ",
    );
    sql.push_values(tasks, |mut values, New { task, print }| {
        let dataset = task.dataset.as_ref();
        values.push_bind(task.id.0).push_bind(project.0.clone()).push_bind(task.file.id.0).push_bind(task.job.id.0);
        values.push_bind(task.job.name.clone()).push_bind(dataset.map(|dataset| dataset.id.0));
        values.push_bind(dataset.map(|dataset| dataset.name.clone())).push_bind(task.status.as_str().to_owned());
        values.push_bind(task.created.0.clone()).push_bind(task.updated.0.clone());
        values.push_bind(task.completed.as_ref().map(|at| at.0.clone())).push_bind(search(task));
        values.push_bind(fold(&task.file.name)).push_bind(fold(&task.job.name)).push_bind(print.clone());
        values.push_bind(pass.unwrap_or_default()).push_bind(0);
        // What an admin said of the job before the task was made.
        values.push("(SELECT due FROM job_setting WHERE job = ");
        values.push_bind_unseparated(task.job.id.0).push_unseparated(")");
    });
    sql.push(
        " ON CONFLICT (id) DO UPDATE SET project = excluded.project, file = excluded.file, job = excluded.job,
           job_name = excluded.job_name, dataset = excluded.dataset, dataset_name = excluded.dataset_name,
           status = excluded.status, created = excluded.created, updated = excluded.updated, completed = excluded.completed,
           search = excluded.search, name_key = excluded.name_key, job_key = excluded.job_key, print = excluded.print,
           due = excluded.due, missing = 0, pass = ",
    );
    sql.push(if pass.is_some() { "excluded.pass" } else { "task.pass" });
    sql.build().execute(tx).await?;
    Ok(())
}
