//! Plans on their way: stored before the first call, made one call after the other, read back, and gone on with after an outage or
//! a restart. Diffgram has no transactions (`design.md` §2.5): a plan ends because it can always be told by reading what is made.

mod rows;
mod work;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use portal_model::{
    api::{
        audit::Outcome,
        schemas::{Review, Run, RunState, Wish},
    },
    attribute::Fault,
    id::{ProjectId, SchemaId},
    schema::{Place, SchemaChange, SchemaDraft, SchemaFault, SchemaStep},
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{Error, Schemas, rebase::rebase_schema};
use crate::{
    audit::{Actor, Intent, Line},
    policy::AdminScope,
};

/// Changes and calls of a line of the audit at the most; how many there were is told.
const TOLD: usize = 500;

/// A run that is being worked on.
#[derive(Debug, Default)]
struct Way {
    /// Somebody wants it to end.
    stop: CancellationToken,
    /// Nobody works on it any more.
    ended: CancellationToken,
}

/// Runs that are being worked on, by their ids. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways(Arc<Mutex<HashMap<i64, Arc<Way>>>>);

impl Ways {
    fn all(&self) -> MutexGuard<'_, HashMap<i64, Arc<Way>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a run off the list, also when the work panics.
struct Ended(Ways, i64, Arc<Way>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.all().remove(&self.1);
        self.2.ended.cancel();
    }
}

/// Who wants something, by which request.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// Names the request.
    pub request_id: Option<String>,
}

/// What a line of the audit says before the first call.
#[derive(Serialize)]
struct Meant<'a> {
    schema: &'a str,
    why: &'a str,
    changes: &'a [SchemaChange],
    calls: &'a [SchemaStep],
    changes_in_all: usize,
    calls_in_all: usize,
}

/// And at the end.
#[derive(Serialize)]
struct Came<'a> {
    calls_that_went_well: usize,
    #[serde(skip_serializing_if = "<[SchemaChange]>::is_empty")]
    left: &'a [SchemaChange],
}

/// A draft, looked at over the schema as it is now.
struct Looked {
    project: ProjectId,
    base: portal_model::schema::Schema,
    version: String,
    draft: SchemaDraft,
    changes: Vec<SchemaChange>,
}

impl Schemas {
    async fn look(&self, scope: &AdminScope, id: SchemaId, draft: &SchemaDraft) -> Result<Looked, Error> {
        let (base, version, project) = self.read_plain(scope, id).await?;
        let draft = rebase_schema(draft, &base);
        let mut faults = draft.faults(&base);
        if draft.name != base.name && self.is_taken(&project, id, &draft.name).await? {
            faults.push(SchemaFault { at: Place::Schema, what: Fault::DuplicateName });
        }
        if !faults.is_empty() {
            return Err(Error::SchemaFaults(faults));
        }
        let changes = draft.changes(&base);
        Ok(Looked { project, base, version, draft, changes })
    }

    /// What a draft would change. Nothing is changed.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn review(&self, scope: &AdminScope, id: SchemaId, wish: &Wish) -> Result<Review, Error> {
        let Looked { project, base, version, draft, changes } = self.look(scope, id, &wish.draft).await?;
        let (warnings, uses, uses_complete) = self.impact(scope, &project, &base, &draft, &changes).await?;
        let calls = u32::try_from(draft.plan(&base).len()).unwrap_or(u32::MAX);
        Ok(Review { version, changes, calls, warnings, uses, uses_complete })
    }

    /// Stores what makes a schema a draft, and begins with it. `version` names the state that the draft was thought up over.
    ///
    /// # Errors
    /// [`Error`]; then nothing is begun.
    pub async fn begin(
        &self,
        scope: &AdminScope,
        id: SchemaId,
        wish: &Wish,
        version: &str,
        by: By,
    ) -> Result<Run, Error> {
        let _turn = self.plans.take(id).await;
        let looked = self.look(scope, id, &wish.draft).await;
        if let Err(Error::NoSchema) = &looked {
            self.note_refused(scope, "schema.apply", format!("schema {id}"), &by).await?;
        }
        let Looked { project, base, version: now, draft, changes } = looked?;
        if let Some(run) = self.open_run(id).await? {
            return Err(Error::UnderWay(Box::new(run)));
        }
        if version != now && !changes.is_empty() {
            return Err(Error::SchemaChanged(Box::new(self.detail(scope, id).await?)));
        }
        let number = self.note_met(&project, &base).await? + u32::from(!changes.is_empty());
        let steps = draft.plan(&base);
        let intent = Intent {
            project: &project,
            action: "schema.apply",
            subject: format!("schema {id}"),
            detail: Meant {
                schema: &base.name,
                why: &wish.why,
                changes: &changes[..changes.len().min(TOLD)],
                calls: &steps[..steps.len().min(TOLD)],
                changes_in_all: changes.len(),
                calls_in_all: steps.len(),
            },
            request_id: by.request_id,
        };
        let line = self.audit.begin(&by.actor, intent).await?;
        let new = rows::New {
            project: &project,
            number,
            by: by.actor.name(),
            why: &wish.why,
            base: &base,
            draft: &draft,
            steps: &steps,
            audit: line.0,
        };
        let stored = self.store_run(new).await;
        match stored {
            Ok(Some(run)) => {
                self.start(run);
                self.stored_run(id, run).await
            }
            // Turns are taken in this process; another one on the same store was faster.
            other => {
                self.audit.end(line, Outcome::Refused, &"not stored").await?;
                let open = self.open_run(id).await?.ok_or(Error::NoRun);
                other.and_then(|_| Err(Error::UnderWay(Box::new(open?))))
            }
        }
    }

    /// How far a run is.
    ///
    /// # Errors
    /// [`Error::NoSchema`], [`Error::NoRun`], or when the store or Diffgram does not answer.
    pub async fn run(&self, scope: &AdminScope, id: SchemaId, run: i64) -> Result<Run, Error> {
        self.in_scope(scope, id).await?;
        self.stored_run(id, run).await
    }

    /// Waits until nobody works on a run any more; answers how it stands then.
    ///
    /// # Errors
    /// [`Error::Unfinished`] when it is not done, or when the store does not answer.
    pub async fn at_its_end(&self, id: SchemaId, run: i64) -> Result<Run, Error> {
        let way = self.ways.all().get(&run).cloned();
        if let Some(way) = way {
            loop {
                tokio::select! {
                    () = way.ended.cancelled() => break,
                    () = tokio::time::sleep(std::time::Duration::from_millis(200)) => {}
                }
                // Until tomorrow nobody waits.
                if self.stored_run(id, run).await?.state == RunState::Waiting {
                    break;
                }
            }
        }
        let run = self.stored_run(id, run).await?;
        if run.state == RunState::Done { Ok(run) } else { Err(Error::Unfinished(Box::new(run))) }
    }

    /// Goes on with a run that halted.
    ///
    /// # Errors
    /// [`Error::Over`] when it ended, and as [`Schemas::run`].
    pub async fn resume(&self, scope: &AdminScope, id: SchemaId, run: i64, by: By) -> Result<Run, Error> {
        let _turn = self.plans.take(id).await;
        let halted = self.halted(scope, id, run, "schema.resume", &by).await?;
        if halted.state == RunState::Running {
            return Ok(halted);
        }
        // One that waits is tried at once.
        self.halt(run).await;
        let line = self.note_said(&halted, "schema.resume", by).await?;
        self.run_stands(run, RunState::Running, None, None, &[]).await?;
        self.audit.end(line, Outcome::Done, &"goes on").await?;
        self.start(run);
        self.stored_run(id, run).await
    }

    /// Ends a run before its end: what was made by then stays.
    ///
    /// # Errors
    /// [`Error::Over`] when it ended, and as [`Schemas::run`].
    pub async fn stop(&self, scope: &AdminScope, id: SchemaId, run: i64, by: By) -> Result<Run, Error> {
        let _turn = self.plans.take(id).await;
        let halted = self.halted(scope, id, run, "schema.stop", &by).await?;
        let line = self.note_said(&halted, "schema.stop", by).await?;
        self.halt(run).await;
        self.end_early(run).await?;
        self.audit.end(line, Outcome::Done, &"stopped").await?;
        self.stored_run(id, run).await
    }

    /// A run that is not over.
    async fn halted(
        &self,
        scope: &AdminScope,
        id: SchemaId,
        run: i64,
        action: &'static str,
        by: &By,
    ) -> Result<Run, Error> {
        let found = self.run(scope, id, run).await;
        if let Err(Error::NoSchema | Error::NoRun) = &found {
            self.note_refused(scope, action, format!("schema {id} run {run}"), by).await?;
        }
        let found = found?;
        if found.ended.is_some() { Err(Error::Over(Box::new(found))) } else { Ok(found) }
    }

    async fn note_said(&self, run: &Run, action: &'static str, by: By) -> Result<Line, Error> {
        let subject = format!("schema {} run {}", run.schema, run.id);
        let project = self.project_of_run(run.id).await?;
        let intent = Intent { project: &project, action, subject, detail: run.done, request_id: by.request_id };
        Ok(self.audit.begin(&by.actor, intent).await?)
    }

    /// Nobody works on it any more when this returns.
    async fn halt(&self, run: i64) {
        let way = self.ways.all().get(&run).cloned();
        if let Some(way) = way {
            way.stop.cancel();
            way.ended.cancelled().await;
        }
    }

    /// Goes on with what the last end of the gateway cut off.
    pub async fn go_on(&self) {
        let going = async {
            for (line, end) in self.runs_without_end().await? {
                let outcome = if end == RunState::Done { Outcome::Done } else { Outcome::Incomplete };
                self.audit.end(Line(line), outcome, &"the gateway ended before it could say so").await?;
            }
            for run in self.runs_to_go_on().await? {
                self.start(run);
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = going.await {
            tracing::error!(error = &error as &dyn std::error::Error, "schemas.not_gone_on");
        }
    }

    fn start(&self, run: i64) {
        let way = Arc::new(Way::default());
        self.ways.all().insert(run, way.clone());
        let ended = Ended(self.ways.clone(), run, way.clone());
        let (schemas, stop) = (self.clone(), self.stop.clone());
        tokio::spawn(async move {
            let _ended = ended;
            stop.run_until_cancelled(schemas.work(run, &way.stop)).await;
        });
    }
}
