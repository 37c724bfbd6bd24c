//! Runs in the store.

use std::collections::{HashMap, HashSet};

use portal_model::{
    api::schemas::{Run, RunState, SchemaRow},
    attribute::{Change, Step},
    id::{AttributeId, LabelId, OptionId, ProjectId, SchemaId},
    schema::{Made, Schema, SchemaChange, SchemaDraft, SchemaStep},
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, Row, sqlite::SqliteRow};

use crate::{
    clock::wire,
    schema::{Error, Schemas},
};

/// What is left to be changed is told up to this many.
const TOLD: usize = 500;

/// Runs that are over are kept so long; versions stay.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// A plan to be stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct New<'a> {
    pub(super) project: &'a ProjectId,
    pub(super) number: u32,
    pub(super) by: &'a str,
    pub(super) why: &'a str,
    pub(super) base: &'a Schema,
    pub(super) draft: &'a SchemaDraft,
    pub(super) steps: &'a [SchemaStep],
    pub(super) audit: i64,
}

/// How far a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Waiting,
    /// It may have been made.
    Begun,
    Done,
}

/// A call of a plan.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) place: i64,
    pub(super) call: SchemaStep,
    pub(super) progress: Progress,
    made: Option<i64>,
}

/// A plan as it was stored.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) run: i64,
    pub(super) project: ProjectId,
    pub(super) by: String,
    pub(super) why: String,
    pub(super) base: Schema,
    pub(super) draft: SchemaDraft,
    pub(super) steps: Vec<Stored>,
    pub(super) made: Made,
    pub(super) audit: i64,
}

impl Job {
    /// Remembers what a call made.
    pub(super) fn remember(&mut self, call: &SchemaStep, id: i64) {
        match call {
            SchemaStep::Label { key, .. } => {
                self.made.labels.insert(key.clone(), LabelId(id));
            }
            SchemaStep::NewAttribute { key } => {
                self.made.attributes.insert(key.clone(), AttributeId(id));
            }
            SchemaStep::Of { attribute, step: Step::Add { key, .. } } => {
                self.made.options.insert((attribute.clone(), key.clone()), OptionId(id));
            }
            _ => {}
        }
    }

    /// How many calls were made.
    pub(super) fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.progress == Progress::Done).count()
    }
}

fn word(state: RunState) -> &'static str {
    match state {
        RunState::Running => "running",
        RunState::Paused => "paused",
        RunState::Waiting => "waiting",
        RunState::Done => "done",
        RunState::Stopped => "stopped",
    }
}

fn state(word: &str) -> RunState {
    match word {
        "running" => RunState::Running,
        "waiting" => RunState::Waiting,
        "done" => RunState::Done,
        "stopped" => RunState::Stopped,
        _ => RunState::Paused,
    }
}

const RUN: &str = "SELECT id, schema, number, state, reason, until, actor_name, began, ended, still, audit,
    (SELECT count(*) FROM schema_step WHERE run = id) AS calls,
    (SELECT count(*) FROM schema_step WHERE run = id AND schema_step.state = 'done') AS done FROM schema_run";

fn run(row: &SqliteRow) -> Result<Run, Error> {
    Ok(Run {
        id: row.get("id"),
        schema: SchemaId(row.get("schema")),
        number: row.get("number"),
        state: state(row.get("state")),
        done: row.get("done"),
        calls: row.get("calls"),
        reason: row.get("reason"),
        until: row.get::<Option<String>, _>("until").map(Timestamp),
        by: row.get("actor_name"),
        began: Timestamp(row.get("began")),
        ended: row.get::<Option<String>, _>("ended").map(Timestamp),
        left: serde_json::from_str(row.get("still"))?,
        audit: row.get("audit"),
    })
}

impl Schemas {
    /// Stores a plan before its first call. `None` when another one of the schema is not over.
    pub(super) async fn store_run(&self, new: New<'_>) -> Result<Option<i64>, Error> {
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let old = self.clock.now().checked_sub(KEPT).map(|at| wire(at).0).unwrap_or_default();
        sqlx::query("DELETE FROM schema_run WHERE ended < ?").bind(old).execute(&mut *tx).await?;
        let id: Option<i64> = sqlx::query_scalar(
            "INSERT INTO schema_run (schema, project, number, state, actor_name, why, began, base, draft, audit)
             VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(new.base.id.0)
        .bind(&new.project.0)
        .bind(new.number)
        .bind(new.by)
        .bind(new.why)
        .bind(wire(self.clock.now()).0)
        .bind(serde_json::to_string(new.base)?)
        .bind(serde_json::to_string(new.draft)?)
        .bind(new.audit)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(id) = id else { return Ok(None) };
        sqlx::query("INSERT INTO schema_step (run, place, call) SELECT ?, key, value FROM json_each(?)")
            .bind(id)
            .bind(serde_json::to_string(new.steps)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// A plan with all of its calls.
    pub(super) async fn load_run(&self, id: i64) -> Result<Job, Error> {
        let row = sqlx::query("SELECT project, actor_name, why, base, draft, audit FROM schema_run WHERE id = ?")
            .bind(id)
            .fetch_one(self.store.pool())
            .await?;
        let mut job = Job {
            run: id,
            project: ProjectId(row.get("project")),
            by: row.get("actor_name"),
            why: row.get("why"),
            base: serde_json::from_str(row.get("base"))?,
            draft: serde_json::from_str(row.get("draft"))?,
            steps: Vec::new(),
            made: Made::default(),
            audit: row.get("audit"),
        };
        let rows = sqlx::query("SELECT place, call, state, made FROM schema_step WHERE run = ? ORDER BY place")
            .bind(id)
            .fetch_all(self.store.pool())
            .await?;
        for row in &rows {
            let progress = match row.get("state") {
                "waiting" => Progress::Waiting,
                "begun" => Progress::Begun,
                _ => Progress::Done,
            };
            let call: SchemaStep = serde_json::from_str(row.get("call"))?;
            job.steps.push(Stored { place: row.get("place"), call, progress, made: row.get("made") });
        }
        for step in job.steps.clone() {
            if let Some(made) = step.made {
                job.remember(&step.call, made);
            }
        }
        Ok(job)
    }

    /// Notes that a call is about to be made. This one survives also a machine that loses its power: what is made at Diffgram must
    /// be known here.
    pub(super) async fn step_begins(&self, run: i64, place: i64) -> Result<(), Error> {
        let mut connection = self.store.pool().acquire().await?;
        sqlx::query("PRAGMA synchronous = FULL").execute(&mut *connection).await?;
        let begun = sqlx::query("UPDATE schema_step SET state = 'begun' WHERE run = ? AND place = ?")
            .bind(run)
            .bind(place)
            .execute(&mut *connection)
            .await;
        sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *connection).await?;
        begun?;
        Ok(())
    }

    /// Notes that a call was made, and what it made.
    pub(super) async fn step_is_done(&self, run: i64, place: i64, made: Option<i64>) -> Result<(), Error> {
        sqlx::query("UPDATE schema_step SET state = 'done', made = ?, at = ? WHERE run = ? AND place = ?")
            .bind(made)
            .bind(wire(self.clock.now()).0)
            .bind(run)
            .bind(place)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }

    /// Notes how a run stands that is not over.
    pub(super) async fn run_stands(
        &self,
        run: i64,
        now: RunState,
        reason: Option<&str>,
        until: Option<Timestamp>,
        left: &[SchemaChange],
    ) -> Result<(), Error> {
        sqlx::query("UPDATE schema_run SET state = ?, reason = ?, until = ?, still = ? WHERE id = ? AND ended IS NULL")
            .bind(word(now))
            .bind(reason)
            .bind(until.map(|until| until.0))
            .bind(serde_json::to_string(&left[..left.len().min(TOLD)])?)
            .bind(run)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }

    /// Notes how a run ended, in a transaction that its version is written in too; whether it had not ended before.
    pub(super) async fn run_ends(
        &self,
        tx: &mut sqlx::Transaction<'_, sqlx::Sqlite>,
        run: i64,
        end: RunState,
        number: Option<u32>,
        left: &[SchemaChange],
    ) -> Result<bool, Error> {
        let ended = sqlx::query(
            "UPDATE schema_run SET state = ?, reason = NULL, until = NULL, still = ?, ended = ?,
             number = coalesce(?, number) WHERE id = ? AND ended IS NULL",
        )
        .bind(word(end))
        .bind(serde_json::to_string(&left[..left.len().min(TOLD)])?)
        .bind(wire(self.clock.now()).0)
        .bind(number)
        .bind(run)
        .execute(&mut **tx)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// A run of a schema.
    pub(super) async fn stored_run(&self, schema: SchemaId, id: i64) -> Result<Run, Error> {
        let row = sqlx::query(AssertSqlSafe(format!("{RUN} WHERE id = ? AND schema = ?")))
            .bind(id)
            .bind(schema.0)
            .fetch_optional(self.store.pool())
            .await?;
        run(&row.ok_or(Error::NoRun)?)
    }

    /// The project of a run.
    pub(super) async fn project_of_run(&self, id: i64) -> Result<ProjectId, Error> {
        let project = sqlx::query_scalar("SELECT project FROM schema_run WHERE id = ?").bind(id);
        Ok(ProjectId(project.fetch_one(self.store.pool()).await?))
    }

    /// The run of a schema that is not over, if there is one.
    pub(in crate::schema) async fn open_run(&self, schema: SchemaId) -> Result<Option<Run>, Error> {
        let row = sqlx::query(AssertSqlSafe(format!("{RUN} WHERE schema = ? AND ended IS NULL")))
            .bind(schema.0)
            .fetch_optional(self.store.pool())
            .await?;
        row.as_ref().map(run).transpose()
    }

    /// Those of these schemas that are not over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_runs(&self, schemas: &[SchemaRow]) -> Result<Vec<Run>, Error> {
        let mut runs = Vec::new();
        for schema in schemas {
            runs.extend(self.open_run(schema.id).await?);
        }
        Ok(runs)
    }

    /// Runs that go on by themselves, by their schemas.
    pub(super) async fn runs_to_go_on(&self) -> Result<Vec<i64>, Error> {
        let ids = sqlx::query_scalar("SELECT id FROM schema_run WHERE state IN ('running', 'waiting') ORDER BY id");
        Ok(ids.fetch_all(self.store.pool()).await?)
    }

    /// Runs that are over and whose line of the audit does not say so yet: the gateway ended in between.
    pub(super) async fn runs_without_end(&self) -> Result<Vec<(i64, RunState)>, Error> {
        let rows = sqlx::query(
            "SELECT schema_run.audit, schema_run.state FROM schema_run JOIN audit ON audit.id = schema_run.audit
             WHERE schema_run.ended IS NOT NULL AND audit.outcome IS NULL",
        )
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows.iter().map(|row| (row.get("audit"), state(row.get("state")))).collect())
    }

    /// Attributes that runs made within the last day, as far as the portal knows.
    pub(in crate::schema) async fn attributes_made_today(&self) -> Result<u32, Error> {
        let day = jiff::SignedDuration::from_hours(24);
        let since = self.clock.now().checked_sub(day).map(|at| wire(at).0).unwrap_or_default();
        let made = sqlx::query_scalar(
            "SELECT count(*) FROM schema_step WHERE at > ? AND json_extract(call, '$.call') = 'new_attribute'",
        )
        .bind(since)
        .fetch_one(self.store.pool())
        .await?;
        Ok(made)
    }
}

/// What a plan still has to change, as far as its calls tell: for when Diffgram cannot be asked.
pub(super) fn undone(job: &Job) -> Vec<SchemaChange> {
    let open = || job.steps.iter().filter(|step| step.progress != Progress::Done);
    let (mut keys, mut options, mut fields) = (Vec::new(), HashMap::<&str, Vec<String>>::new(), Vec::new());
    let mut itself = false;
    let mut archived = Vec::new();
    for step in open() {
        match &step.call {
            SchemaStep::Schema { .. } => itself = true,
            SchemaStep::Label { key, .. } | SchemaStep::NewAttribute { key } => keys.push(key.as_str()),
            SchemaStep::ArchiveAttribute { id } => archived.push(*id),
            SchemaStep::Of { attribute, step } => {
                keys.push(attribute);
                match step {
                    Step::Add { key, .. } => options.entry(attribute).or_default().push(key.clone()),
                    Step::Write { id, .. } | Step::Archive { id } => {
                        options.entry(attribute).or_default().push(id.to_string());
                    }
                    Step::Attribute => fields.push(attribute.as_str()),
                }
            }
        }
    }
    let keys: HashSet<&str> = keys.into_iter().collect();
    let changes = job.draft.changes(&job.base).into_iter();
    changes
        .filter_map(|change| match change {
            SchemaChange::Renamed { .. } | SchemaChange::Archived { .. } => itself.then_some(change),
            SchemaChange::LabelAdded { ref key, .. } | SchemaChange::AttributeAdded { ref key, .. } => {
                keys.contains(key.as_str()).then_some(change)
            }
            SchemaChange::AttributeArchived { id, .. } => archived.contains(&id).then_some(change),
            SchemaChange::AttributeChanged { id, question, changes } => {
                let attribute = id.to_string();
                let open: HashSet<&String> = options.get(attribute.as_str()).into_iter().flatten().collect();
                let left = changes.into_iter().filter(|change| match change {
                    Change::OptionAdded { key, .. } => open.contains(key),
                    Change::OptionRenamed { id, .. }
                    | Change::OptionMoved { id, .. }
                    | Change::OptionArchived { id, .. } => open.contains(&id.to_string()),
                    _ => fields.contains(&attribute.as_str()),
                });
                let changes: Vec<Change> = left.collect();
                (!changes.is_empty()).then_some(SchemaChange::AttributeChanged { id, question, changes })
            }
        })
        .collect()
}
