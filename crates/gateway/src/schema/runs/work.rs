//! The calls of a plan, one after the other. Before each it is looked whether what it makes is true already, so that a plan that
//! was cut off anywhere goes on without doing anything twice; what others changed meanwhile is not overwritten.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use portal_diffgram::{AttributeFields, AttributeState as Read, Error as DiffgramError, ProjectClient};
use portal_model::{
    api::{
        audit::Outcome,
        schemas::{RunState, VersionSource},
    },
    attribute::{Attribute, Step},
    id::{AttributeId, LabelId, OptionId},
    schema::{DraftAttribute, Schema, SchemaChange, SchemaDraft, SchemaStep},
};
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use super::{
    Came, TOLD,
    rows::{Job, Progress, undone},
};
use crate::{
    audit::Line,
    clock::wire,
    schema::{Error, Schemas, goal, versions::Origin},
};

/// A call is tried so often in all.
const TRIES: u32 = 3;
/// Nobody waits longer than this for the next try.
const LONGEST: Duration = Duration::from_secs(60);
/// How long no attribute is made when Diffgram does not say.
const NO_MORE_TODAY: Duration = Duration::from_secs(3600);

/// What to do when Diffgram understands a call and does not want it.
const REFUSED: &str = "Diffgram refused one of the calls. Look at the schema in Diffgram, then go on or stop.";

/// Why the calls did not go on.
#[derive(Debug)]
enum Halt {
    /// Somebody must say how to go on.
    Paused { reason: String, left: Option<Vec<SchemaChange>> },
    /// Diffgram makes no more attributes for so long.
    Waiting(Duration),
    /// Somebody wants it to end, or to be begun anew.
    Stopped,
    /// The store did not answer.
    Store(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

fn pause(reason: impl Into<String>) -> Halt {
    Halt::Paused { reason: reason.into(), left: None }
}

/// What looking at Diffgram says about a call.
enum Looked {
    /// What it makes is there: its id, if it makes something.
    True(Option<i64>),
    /// It is to be made, as this.
    Make(Call),
}

/// A call with everything it needs.
enum Call {
    Schema { name: String, archived: bool },
    Label { name: String, color: Option<String> },
    NewAttribute,
    Add { attribute: AttributeId, name: String, parent: Option<OptionId> },
    Write { attribute: AttributeId, id: OptionId, name: String, parent: Option<OptionId> },
    Archive { attribute: AttributeId, id: OptionId },
    Attribute(Box<(Read, AttributeFields)>),
    ArchiveAttribute(AttributeId),
}

/// Why it could not be looked, or not be made.
enum Failed {
    Halt(Halt),
    Diffgram(DiffgramError),
}

impl From<Halt> for Failed {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

impl From<DiffgramError> for Failed {
    fn from(error: DiffgramError) -> Self {
        Self::Diffgram(error)
    }
}

/// The attribute whose turn it is, as it was read.
struct Open {
    key: String,
    read: Read,
    /// As the plan wants it, with the ids of what was made by then.
    wanted: DraftAttribute,
    /// Options by their ids.
    live: HashMap<OptionId, (String, Option<OptionId>)>,
    /// See [`goal::found`].
    found: HashMap<(Option<OptionId>, String), Vec<OptionId>>,
    /// What its options become: name and the key of the one it stands under.
    become_: HashMap<String, (String, Option<String>)>,
    /// Something was made since it was read.
    stale: bool,
    /// Nobody else in this process changes it.
    _turn: OwnedMutexGuard<()>,
}

/// Somebody at work on a plan.
struct Hand<'a> {
    schemas: &'a Schemas,
    client: &'a ProjectClient,
    stop: &'a CancellationToken,
    job: Job,
    open: Option<Open>,
    /// Labels by their names.
    labels: Option<HashMap<String, LabelId>>,
}

impl Schemas {
    /// Works on a run until it ends or halts, and notes how it stands.
    pub(super) async fn work(&self, run: i64, stop: &CancellationToken) {
        loop {
            let halt = match self.try_work(run, stop).await {
                Ok(()) => return,
                Err(halt) => halt,
            };
            let noted = match halt {
                Halt::Stopped => return,
                Halt::Paused { reason, left } => {
                    let noted = self.pauses(run, &reason, left).await;
                    if noted.is_ok() {
                        return;
                    }
                    noted
                }
                Halt::Waiting(how_long) => self.waits(run, how_long, stop).await,
                Halt::Store(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::error!(error = &error as &dyn std::error::Error, schema.run = run, "schemas.store");
                if stop.run_until_cancelled(tokio::time::sleep(Duration::from_secs(5))).await.is_none() {
                    return;
                }
            }
        }
    }

    async fn try_work(&self, run: i64, stop: &CancellationToken) -> Result<(), Halt> {
        let job = self.load_run(run).await?;
        let Some(client) = self.sync.client(&job.project) else {
            return Err(pause("The project of this schema is not configured any more."));
        };
        self.run_stands(run, RunState::Running, None, None, &[]).await?;
        let mut hand = Hand { schemas: self, client, stop, job, open: None, labels: None };
        for place in 0..hand.job.steps.len() {
            if stop.is_cancelled() {
                return Err(Halt::Stopped);
            }
            if hand.job.steps[place].progress != Progress::Done {
                Box::pin(hand.step(place)).await?;
            }
        }
        hand.open = None;
        hand.verify().await
    }

    async fn pauses(&self, run: i64, reason: &str, left: Option<Vec<SchemaChange>>) -> Result<(), Error> {
        tracing::warn!(schema.run = run, reason, "schemas.paused");
        let left = match left {
            Some(left) => left,
            None => undone(&self.load_run(run).await?),
        };
        self.run_stands(run, RunState::Paused, Some(reason), None, &left).await
    }

    /// Waits until Diffgram makes attributes again.
    async fn waits(&self, run: i64, how_long: Duration, stop: &CancellationToken) -> Result<(), Error> {
        let how_long = jiff::SignedDuration::try_from(how_long).unwrap_or(jiff::SignedDuration::from_hours(24));
        let now = self.clock.now();
        let until = now.checked_add(how_long).unwrap_or(now);
        let left = undone(&self.load_run(run).await?);
        let reason = "Diffgram makes no more attributes for now: it makes ten a day. It goes on by itself.";
        self.run_stands(run, RunState::Waiting, Some(reason), Some(wire(until)), &left).await?;
        self.sleep_until(until, stop).await;
        Ok(())
    }

    /// By the clock, which a machine that slept does not lose.
    async fn sleep_until(&self, until: jiff::Timestamp, stop: &CancellationToken) {
        stop.run_until_cancelled(async {
            loop {
                let left = until.duration_since(self.clock.now());
                let Some(left) = Duration::try_from(left).ok().filter(|left| !left.is_zero()) else { return };
                tokio::time::sleep(left.min(Duration::from_secs(1))).await;
            }
        })
        .await;
    }

    /// Ends a run that nobody works on before its end.
    pub(super) async fn end_early(&self, run: i64) -> Result<(), Error> {
        let job = self.load_run(run).await?;
        let left = undone(&job);
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let ended = self.run_ends(&mut tx, run, RunState::Stopped, None, &left).await?;
        tx.commit().await?;
        if ended {
            let outcome = if job.done() == 0 { Outcome::Refused } else { Outcome::Incomplete };
            self.tell_end(&job, outcome, &left).await;
        }
        Ok(())
    }

    async fn tell_end(&self, job: &Job, outcome: Outcome, left: &[SchemaChange]) {
        let came = Came { calls_that_went_well: job.done(), left: &left[..left.len().min(TOLD)] };
        if let Err(error) = self.audit.end(Line(job.audit), outcome, &came).await {
            // It is told when the gateway starts the next time.
            tracing::error!(error = &error as &dyn std::error::Error, audit.line = job.audit, "audit.unfinished");
        }
    }
}

/// What ails Diffgram, as a sentence that says what to do.
fn words(error: &DiffgramError) -> &'static str {
    match error {
        DiffgramError::Forbidden { .. } => {
            "Diffgram refuses the project's key: it must be of the level Editor or admin. Change it, then go on."
        }
        DiffgramError::Refused { .. } => REFUSED,
        error if error.is_outage() => "Diffgram stopped answering. Go on when it is back.",
        _ => "Diffgram failed on one of the calls. Go on to try it again, or stop.",
    }
}

impl Hand<'_> {
    /// One call, tried as often as makes sense.
    async fn step(&mut self, place: usize) -> Result<(), Halt> {
        let mut tries = 0;
        let mut refused = false;
        loop {
            let failed = match self.attempt(place, tries > 0, refused).await {
                Ok(made) => return self.is_done(place, made).await,
                Err(Failed::Halt(halt)) => return Err(halt),
                Err(Failed::Diffgram(error)) => error,
            };
            tracing::warn!(
                error = &failed as &dyn std::error::Error,
                schema.run = self.job.run,
                place,
                "schemas.broken"
            );
            tries += 1;
            match &failed {
                DiffgramError::Forbidden { .. } => return Err(pause(words(&failed))),
                DiffgramError::RateLimited { retry_after }
                    if matches!(self.job.steps[place].call, SchemaStep::NewAttribute { .. }) =>
                {
                    return Err(Halt::Waiting(retry_after.unwrap_or(NO_MORE_TODAY)));
                }
                _ if tries >= TRIES => return Err(pause(words(&failed))),
                DiffgramError::Refused { .. } => refused = true,
                _ => {}
            }
            self.rest(&failed, tries).await?;
        }
    }

    /// Longer each time, and no shorter than Diffgram asks for.
    async fn rest(&self, failed: &DiffgramError, tries: u32) -> Result<(), Halt> {
        let ours = self.schemas.patience * 4_u32.pow(tries - 1);
        let wait = failed.retry_after().unwrap_or_default().max(ours).min(LONGEST);
        let slept = self.stop.run_until_cancelled(tokio::time::sleep(wait)).await;
        slept.ok_or(Halt::Stopped)
    }

    async fn attempt(&mut self, place: usize, again: bool, refused: bool) -> Result<Option<i64>, Failed> {
        let call = match self.look(place, again).await? {
            Looked::True(made) => return Ok(made),
            Looked::Make(call) => call,
        };
        if refused {
            return Err(pause(REFUSED).into());
        }
        let step = &mut self.job.steps[place];
        if step.progress == Progress::Waiting {
            let begun = self.schemas.step_begins(self.job.run, step.place).await;
            begun.map_err(|error| Failed::Halt(Halt::Store(error)))?;
            step.progress = Progress::Begun;
        }
        if let Some(open) = &mut self.open {
            open.stale = true;
        }
        Ok(self.make(call).await?)
    }

    async fn is_done(&mut self, place: usize, made: Option<i64>) -> Result<(), Halt> {
        let step = &mut self.job.steps[place];
        self.schemas.step_is_done(self.job.run, step.place, made).await?;
        step.progress = Progress::Done;
        let call = step.call.clone();
        if let Some(made) = made {
            self.job.remember(&call, made);
            // What was read names it by its key yet, also when it was found and not made.
            if let Some(open) = &mut self.open {
                open.stale = true;
            }
        }
        Ok(())
    }

    async fn make(&self, call: Call) -> Result<Option<i64>, DiffgramError> {
        let (client, schema) = (self.client, self.job.base.id);
        match call {
            Call::Schema { name, archived } => client.write_schema(schema, &name, archived).await.map(|()| None),
            Call::Label { name, color } => client.new_label(schema, &name, color.as_deref()).await.map(|id| Some(id.0)),
            Call::NewAttribute => client.new_attribute(schema).await.map(|id| Some(id.0)),
            Call::Add { attribute, name, parent } => {
                client.add_option(attribute, &name, parent).await.map(|id| Some(id.0))
            }
            Call::Write { attribute, id, name, parent } => {
                client.write_option(attribute, id, &name, parent).await.map(|()| None)
            }
            Call::Archive { attribute, id } => client.archive_option(attribute, id).await.map(|()| None),
            Call::Attribute(whole) => client.write_attribute(&whole.0, &whole.1).await.map(|()| None),
            Call::ArchiveAttribute(id) => client.archive_attribute(id).await.map(|()| None),
        }
    }

    /// Whether what a call makes is true already. `again`: it failed before, so nothing that was read earlier counts.
    async fn look(&mut self, place: usize, again: bool) -> Result<Looked, Failed> {
        let step = self.job.steps[place].clone();
        if again {
            (self.open, self.labels) = (None, None);
        }
        match step.call {
            SchemaStep::Schema { name, archived } => self.look_at_schema(&name, archived).await,
            SchemaStep::Label { name, color, .. } => self.look_at_label(name, color).await,
            SchemaStep::NewAttribute { .. } => {
                self.open = None;
                let begun = again || step.progress == Progress::Begun;
                Ok(match if begun { self.empty_attribute().await? } else { None } {
                    Some(id) => Looked::True(Some(id.0)),
                    None => Looked::Make(Call::NewAttribute),
                })
            }
            SchemaStep::Of { attribute, step } => self.look_at_attribute(&attribute, step).await,
            SchemaStep::ArchiveAttribute { id } => {
                self.open = None;
                let base = self.job.base.attributes.iter().find(|attribute| attribute.id == id);
                match self.client.attribute(id).await? {
                    None => Ok(Looked::True(None)),
                    Some(now) if base.is_some_and(|base| same(base, &now.attribute)) => {
                        Ok(Looked::Make(Call::ArchiveAttribute(id)))
                    }
                    Some(now) => Err(crossed(&now.attribute, "something").into()),
                }
            }
        }
    }

    async fn look_at_schema(&mut self, name: &str, archived: bool) -> Result<Looked, Failed> {
        self.open = None;
        let base = &self.job.base;
        let (now, _) = self.client.schema(base.id).await?;
        let crossed = (name != base.name && now.name != base.name && now.name != name)
            || (archived != base.archived && now.archived != base.archived && now.archived != archived);
        if crossed {
            let text =
                "Somebody else changed the schema's name meanwhile. Stop this and look at the schema as it is now.";
            return Err(pause(text).into());
        }
        let name = if name == base.name { now.name.clone() } else { name.to_owned() };
        let archived = if archived == base.archived { now.archived } else { archived };
        Ok(if (&name, archived) == (&now.name, now.archived) {
            Looked::True(None)
        } else {
            Looked::Make(Call::Schema { name, archived })
        })
    }

    async fn look_at_label(&mut self, name: String, color: Option<String>) -> Result<Looked, Failed> {
        if self.labels.is_none() {
            let (_, labels) = self.client.schema(self.job.base.id).await?;
            self.labels = Some(labels.into_iter().map(|label| (label.name, label.id)).collect());
        }
        // Whoever made it: Diffgram would make it a second time.
        let there = self.labels.as_ref().and_then(|labels| labels.get(&name));
        Ok(there.map_or_else(|| Looked::Make(Call::Label { name, color }), |id| Looked::True(Some(id.0))))
    }

    /// An attribute that a lost answer was about: one that the plan does not know, and that nobody wrote anything into yet.
    async fn empty_attribute(&self) -> Result<Option<AttributeId>, Failed> {
        let Job { base, made, .. } = &self.job;
        let known: HashSet<AttributeId> =
            base.attributes.iter().map(|attribute| attribute.id).chain(made.attributes.values().copied()).collect();
        let all = self.client.attributes(base.id).await?;
        let empty = all.list.iter().map(|read| &read.attribute).filter(|attribute| goal::is_empty(attribute));
        Ok(empty.map(|attribute| attribute.id).filter(|id| !known.contains(id)).min())
    }

    async fn look_at_attribute(&mut self, key: &str, step: Step) -> Result<Looked, Failed> {
        let stale = step == Step::Attribute && self.open.as_ref().is_some_and(|open| open.stale);
        if stale || self.open.as_ref().is_none_or(|open| open.key != key) {
            self.open = None;
            self.open = Some(self.read_attribute(key).await?);
        }
        let Some(open) = &mut self.open else { return Err(pause("Nothing is open.").into()) };
        let attribute = open.read.attribute.id;
        let made = &self.job.made.options;
        let find = |name: Option<&str>| -> Option<OptionId> {
            let name = name?;
            name.parse().ok().or_else(|| made.get(&(key.to_owned(), name.to_owned())).copied())
        };
        Ok(match step {
            Step::Add { name, parent, .. } => {
                let parent = find(parent.as_deref());
                match open.found.get_mut(&(parent, name.clone())).and_then(Vec::pop) {
                    Some(id) => Looked::True(Some(id.0)),
                    None => Looked::Make(Call::Add { attribute, name, parent }),
                }
            }
            Step::Write { id, .. } => {
                let wanted =
                    open.become_.get(&id.to_string()).map(|(name, under)| (name.clone(), find(under.as_deref())));
                match (open.live.get(&id), wanted) {
                    (Some(now), Some(wanted)) if *now == wanted => Looked::True(None),
                    (Some(_), Some((name, parent))) => Looked::Make(Call::Write { attribute, id, name, parent }),
                    _ => return Err(crossed(&open.read.attribute, "one of its options").into()),
                }
            }
            Step::Archive { id } if open.live.contains_key(&id) => Looked::Make(Call::Archive { attribute, id }),
            Step::Archive { .. } => Looked::True(None),
            Step::Attribute => {
                let fields = fields(&open.wanted);
                if sorted(&fields) == sorted(&AttributeFields::from(&open.read.attribute)) {
                    Looked::True(None)
                } else {
                    Looked::Make(Call::Attribute(Box::new((open.read.clone(), fields))))
                }
            }
        })
    }

    /// Reads an attribute, and looks whether the plan may go on with it.
    async fn read_attribute(&self, key: &str) -> Result<Open, Failed> {
        let Job { base, draft, made, .. } = &self.job;
        let id = key.parse().ok().or_else(|| made.attributes.get(key).copied());
        let drafted = draft.attributes.iter().find(|attribute| attribute.key == key);
        let (Some(id), Some(drafted)) = (id, drafted) else {
            return Err(pause("The plan is not whole: stop it, and publish again.").into());
        };
        let turn = self.schemas.turns.take(id).await;
        let Some(read) = self.client.attribute(id).await? else {
            let text = format!(
                "Somebody else archived {:?} meanwhile. Stop this and look at the schema as it is now.",
                drafted.fields.question
            );
            return Err(pause(text).into());
        };
        let one =
            SchemaDraft { name: String::new(), archived: false, labels: Vec::new(), attributes: vec![drafted.clone()] };
        let resolved = one.resolved(made).attributes.pop();
        let was = base.attributes.iter().find(|attribute| attribute.id == id);
        let mut wanted = resolved.unwrap_or_else(|| drafted.clone());
        if let Some(what) = was.and_then(|was| goal::conflict(was, &wanted, &read.attribute)) {
            return Err(crossed(&read.attribute, what).into());
        }
        wanted = goal::of_attribute(was, &wanted, &read.attribute);
        let ours: HashSet<OptionId> =
            made.options.iter().filter(|((of, _), _)| of == key).map(|(_, option)| *option).collect();
        let live = read.attribute.options.iter().filter(|option| !option.archived);
        Ok(Open {
            key: key.to_owned(),
            live: live.map(|option| (option.id, (option.name.clone(), option.parent))).collect(),
            found: goal::found(was, &ours, &read.attribute),
            become_: wanted
                .fields
                .options
                .iter()
                .map(|o| (o.key.clone(), (o.name.clone(), o.parent.clone())))
                .collect(),
            wanted,
            read,
            stale: false,
            _turn: turn,
        })
    }

    /// Reads the whole schema back: only when all that was wanted is true, the plan is done.
    async fn verify(&mut self) -> Result<(), Halt> {
        let mut tries = 0;
        let now = loop {
            let id = self.job.base.id;
            match tokio::try_join!(self.client.schema(id), self.client.attributes(id)) {
                Ok(((itself, labels), attributes)) => {
                    let attributes = attributes.list.into_iter().map(|read| read.attribute).collect();
                    break Schema { id, name: itself.name, archived: itself.archived, labels, attributes };
                }
                Err(error) => {
                    tries += 1;
                    if tries >= TRIES || matches!(error, DiffgramError::Forbidden { .. }) {
                        return Err(pause(words(&error)));
                    }
                    self.rest(&error, tries).await?;
                }
            }
        };
        let (schemas, job) = (self.schemas, &self.job);
        let wanted = job.draft.resolved(&job.made);
        let left = goal::left(&job.base, &wanted, &now);
        if !left.is_empty() {
            let reason = "All calls were made, and yet not all is as it was wanted: somebody else changed it at the same time. \
                          Stop this and look at the schema as it is now.";
            return Err(Halt::Paused { reason: reason.into(), left: Some(left) });
        }
        let store = async {
            let mut tx = schemas.store.pool().begin_with("BEGIN IMMEDIATE").await?;
            let mut number = None;
            if !job.draft.changes(&job.base).is_empty() {
                let applied = Origin { source: VersionSource::Applied, by: Some(&job.by), why: &job.why };
                // What others changed meanwhile stays, and is a version of theirs.
                let others = !wanted.changes(&now).is_empty();
                let made = if others { goal::described(&wanted, &now) } else { now.clone() };
                number = Some(schemas.note(&mut tx, &job.project, &made, applied).await?);
                if others {
                    let elsewhere = Origin { source: VersionSource::Elsewhere, by: None, why: "" };
                    schemas.note(&mut tx, &job.project, &now, elsewhere).await?;
                }
            }
            schemas.run_ends(&mut tx, job.run, RunState::Done, number, &[]).await?;
            Ok::<_, Error>(tx.commit().await?)
        };
        store.await?;
        schemas.tell_end(job, Outcome::Done, &[]).await;
        Ok(())
    }
}

/// What a call writes of an attribute, once all that it names is made.
fn fields(wanted: &DraftAttribute) -> AttributeFields {
    let fields = &wanted.fields;
    AttributeFields {
        question: fields.question.clone(),
        name: fields.name.clone(),
        kind: wanted.kind.clone(),
        scope: wanted.scope,
        labels: wanted.labels.iter().filter_map(|key| key.parse().ok()).collect(),
        position: wanted.position,
        min: fields.min,
        max: fields.max,
        default_value: fields.default_value.clone(),
        default_option: fields.default_option.as_deref().and_then(|key| key.parse().ok()),
        read_only: fields.read_only,
    }
}

/// Diffgram gives labels in no order.
fn sorted(fields: &AttributeFields) -> AttributeFields {
    let mut fields = fields.clone();
    fields.labels.sort();
    fields
}

/// Whether nothing was changed. Diffgram gives labels in no order.
fn same(base: &Attribute, now: &Attribute) -> bool {
    DraftAttribute::from(base).changes(now, &HashMap::new()).is_empty()
}

fn crossed(now: &Attribute, what: &str) -> Halt {
    pause(format!(
        "Somebody else changed {what} of {:?} meanwhile. Stop this and look at the schema as it is now.",
        now.question
    ))
}
