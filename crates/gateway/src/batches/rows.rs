//! Batches in the store.

use portal_model::{
    api::acting::{Batch, BatchFailure, NewBatch, Relation, WhyNot},
    id::{FileId, ProjectId, TaskId, UserId},
};
use sqlx::Row;

use super::{Batches, Error};
use crate::{clock::wire, policy::Scope, session::person::PersonId};

/// Batches are kept so long.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);
/// Failures of one answer at the most.
const SHOWN: i64 = 100;
/// The word for a task that is as it was ordered.
pub(super) const DONE: &str = "done";

/// A batch's order, as far as it is the same for all of its tasks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) relation: Relation,
    pub(super) clear: bool,
    pub(super) undoes: bool,
}

/// A task that waits for its turn.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) task: TaskId,
    /// Known when the batch undoes another one.
    pub(super) place: Option<(ProjectId, FileId)>,
    pub(super) add: Vec<UserId>,
    pub(super) remove: Vec<UserId>,
    /// What an earlier try changed already.
    pub(super) changed: Changed,
}

/// Who was really added to a task, and removed from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) added: Vec<UserId>,
    pub(super) removed: Vec<UserId>,
}

impl Changed {
    /// Both one after the other.
    pub(super) fn and(&self, more: &Self) -> Self {
        let join = |a: &[UserId], b: &[UserId]| a.iter().chain(b).copied().collect();
        Self { added: join(&self.added, &more.added), removed: join(&self.removed, &more.removed) }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Why a task failed, in the store's word.
pub(super) fn word(why: WhyNot) -> &'static str {
    match why {
        WhyNot::NotFound => "not_found",
        WhyNot::NotYours => "not_yours",
        WhyNot::NotAMember => "not_a_member",
        WhyNot::Diffgram => "diffgram",
        WhyNot::CutOff => "cut_off",
    }
}

fn why(word: Option<&str>) -> WhyNot {
    match word {
        Some("not_found") => WhyNot::NotFound,
        Some("not_yours") => WhyNot::NotYours,
        Some("not_a_member") => WhyNot::NotAMember,
        Some(_) => WhyNot::Diffgram,
        None => WhyNot::CutOff,
    }
}

fn json(users: &[UserId]) -> String {
    serde_json::to_string(users).unwrap_or_else(|_| "[]".into())
}

fn users(text: &str) -> Vec<UserId> {
    serde_json::from_str(text).unwrap_or_default()
}

impl Batches {
    /// Writes a new order down; answers with its id.
    pub(super) async fn write(&self, person: &PersonId, new: &NewBatch) -> Result<String, Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let old = self.clock.now().checked_sub(KEPT).map(|at| wire(at).0).unwrap_or_default();
        sqlx::query("DELETE FROM batch WHERE at < ?").bind(old).execute(&mut *tx).await?;
        let id = uuid::Uuid::now_v7().to_string();
        sqlx::query("INSERT INTO batch (id, person, at, relation, clear) VALUES (?, ?, ?, ?, ?)")
            .bind(&id)
            .bind(&person.0)
            .bind(wire(self.clock.now()).0)
            .bind(if new.relation == Relation::Reviewer { "reviewer" } else { "assignee" })
            .bind(new.clear)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT OR IGNORE INTO batch_task (batch, task, add_users, remove_users)
             SELECT ?1, value, ?2, ?3 FROM json_each(?4)",
        )
        .bind(&id)
        .bind(json(&new.add))
        .bind(json(&new.remove))
        .bind(serde_json::to_string(&new.tasks).unwrap_or_else(|_| "[]".into()))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Writes down an order that puts back what another one changed.
    pub(super) async fn write_undo(&self, person: &PersonId, undoes: &str) -> Result<String, Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let id = uuid::Uuid::now_v7().to_string();
        sqlx::query(
            "INSERT INTO batch (id, person, at, relation, clear, undoes) SELECT ?, ?, ?, relation, 0, id FROM batch WHERE id = ?",
        )
        .bind(&id)
        .bind(&person.0)
        .bind(wire(self.clock.now()).0)
        .bind(undoes)
        .execute(&mut *tx)
        .await?;
        let changed = sqlx::query(
            "INSERT INTO batch_task (batch, task, project, file, add_users, remove_users)
             SELECT ?, task, project, file, removed, added FROM batch_task
             WHERE batch = ? AND (added <> '[]' OR removed <> '[]')",
        )
        .bind(&id)
        .bind(undoes)
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Error::Invalid("Nothing was changed, so there is nothing to put back.".into()));
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Whether it is theirs.
    pub(super) async fn own(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM batch WHERE id = ? AND person = ?")
            .bind(id)
            .bind(&person.0)
            .fetch_optional(self.store.pool())
            .await?;
        found.map(drop).ok_or(Error::NotFound)
    }

    /// What failed waits again.
    pub(super) async fn forget_failures(&self, id: &str) -> Result<(), Error> {
        sqlx::query("UPDATE batch_task SET outcome = NULL WHERE batch = ? AND outcome <> ?")
            .bind(id)
            .bind(DONE)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }

    /// The order, and the tasks that wait.
    pub(super) async fn waiting(&self, id: &str) -> Result<(Order, Vec<Waiting>), Error> {
        let row = sqlx::query("SELECT relation, clear, undoes IS NOT NULL AS undoes FROM batch WHERE id = ?")
            .bind(id)
            .fetch_one(self.store.pool())
            .await?;
        let relation =
            if row.get::<String, _>("relation") == "reviewer" { Relation::Reviewer } else { Relation::Assignee };
        let order = Order { relation, clear: row.get("clear"), undoes: row.get("undoes") };
        let rows = sqlx::query(
            "SELECT task, project, file, add_users, remove_users, added, removed FROM batch_task
             WHERE batch = ? AND outcome IS NULL ORDER BY task",
        )
        .bind(id)
        .fetch_all(self.store.pool())
        .await?;
        let tasks = rows.iter().map(|row| Waiting {
            task: TaskId(row.get("task")),
            place: row
                .get::<Option<String>, _>("project")
                .map(ProjectId)
                .zip(row.get::<Option<i64>, _>("file").map(FileId)),
            add: users(row.get("add_users")),
            remove: users(row.get("remove_users")),
            changed: Changed { added: users(row.get("added")), removed: users(row.get("removed")) },
        });
        Ok((order, tasks.collect()))
    }

    /// Notes what is about to be changed, before it is: should the gateway end in between, undo still knows of it.
    pub(super) async fn about_to(
        &self,
        id: &str,
        task: TaskId,
        place: (&ProjectId, FileId),
        changed: &Changed,
    ) -> Result<(), Error> {
        sqlx::query(
            "UPDATE batch_task SET project = ?, file = ?, added = ?, removed = ?, outcome = NULL WHERE batch = ? AND task = ?",
        )
        .bind(&place.0.0)
        .bind(place.1.0)
        .bind(json(&changed.added))
        .bind(json(&changed.removed))
        .bind(id)
        .bind(task.0)
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Notes how a task's turn ended.
    pub(super) async fn had_its_turn(&self, id: &str, task: TaskId, outcome: &str) -> Result<(), Error> {
        sqlx::query("UPDATE batch_task SET outcome = ? WHERE batch = ? AND task = ?")
            .bind(outcome)
            .bind(id)
            .bind(task.0)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }

    /// A batch as far as it is. Names are told of tasks that are in scope.
    pub(super) async fn read(&self, scope: &Scope, id: &str) -> Result<Batch, Error> {
        let over = !self.is_under_way(id);
        let row = sqlx::query(
            "SELECT (SELECT undoes IS NOT NULL FROM batch WHERE id = ?1) AS undoes, count(*) AS total, count(outcome) AS had,
               coalesce(sum(outcome = ?2), 0) AS good,
               coalesce(sum(outcome IS NOT NULL AND (added <> '[]' OR removed <> '[]')), 0) AS changed
             FROM batch_task WHERE batch = ?1",
        )
        .bind(id)
        .bind(DONE)
        .fetch_one(self.store.pool())
        .await?;
        let number = |name: &str| row.get::<u32, _>(name);
        // What waits while nothing is under way was cut off.
        let done = if over { number("total") } else { number("had") };
        let rows = sqlx::query(
            "SELECT task, outcome FROM batch_task WHERE batch = ? AND outcome IS NOT ? AND (? OR outcome IS NOT NULL)
             ORDER BY task LIMIT ?",
        )
        .bind(id)
        .bind(DONE)
        .bind(over)
        .bind(SHOWN)
        .fetch_all(self.store.pool())
        .await?;
        let ids: Vec<i64> = rows.iter().map(|row| row.get("task")).collect();
        let seen = scope.task_rows(&ids).await?;
        let failures = rows.iter().map(|row| {
            let task = TaskId(row.get("task"));
            let name = seen.iter().find(|seen| seen.id == task).map(|seen| seen.file.name.clone());
            BatchFailure { task, name, why: why(row.get::<Option<String>, _>("outcome").as_deref()) }
        });
        Ok(Batch {
            id: id.to_owned(),
            total: number("total"),
            done,
            changed: number("changed"),
            failed: done.saturating_sub(number("good")),
            failures: failures.collect(),
            over,
            undoes: row.get::<Option<bool>, _>("undoes").unwrap_or_default(),
        })
    }
}
