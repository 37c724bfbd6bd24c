//! One change of one attribute: read, compare, write the audit's line, make the calls, read back, tell how it stands.

use std::collections::HashMap;

use portal_diffgram::{AttributeFields, AttributeState as Read, ProjectClient};
use portal_model::{
    api::{
        audit::Outcome,
        schemas::{Applied, OptionEdits},
    },
    attribute::{Change, Draft, Step},
    id::{AttributeId, OptionId, ProjectId, SchemaId},
};
use serde::Serialize;

use super::{By, Error, Incomplete, Schemas, Why, merge::merge, of_schema, rebase::rebase, state, version};
use crate::{
    audit::{Actor, Intent},
    policy::AdminScope,
};

/// Changes and calls of a line of the audit at the most; how many there were is told.
const TOLD: usize = 500;

/// What shall become of which attribute, and who says so.
#[derive(Debug)]
pub struct Order {
    /// Where it is looked for.
    pub place: Where,
    /// Which.
    pub attribute: AttributeId,
    /// What it shall become.
    pub want: Want,
    /// Who.
    pub actor: Actor,
    /// Names the request.
    pub request_id: Option<String>,
}

/// Where an attribute is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Where {
    /// In this schema only.
    Schema(SchemaId),
    /// In all of the projects.
    Anywhere,
}

/// What an attribute shall become.
#[derive(Debug)]
pub enum Want {
    /// All of this, if it is still in the state that the draft was made over.
    Draft {
        /// The whole of it.
        draft: Draft,
        /// The state.
        version: String,
    },
    /// As it is, with these edits.
    Options(OptionEdits),
}

/// What a line of the audit says before the change.
#[derive(Serialize)]
struct Meant<'a> {
    attribute: &'a str,
    changes: &'a [Change],
    calls: &'a [Step],
    changes_in_all: usize,
    calls_in_all: usize,
}

/// And after it.
#[derive(Serialize)]
struct Ended<'a> {
    calls_that_went_well: usize,
    #[serde(skip_serializing_if = "<[Change]>::is_empty")]
    left: &'a [Change],
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Schemas {
    /// Makes a change and reads it back.
    ///
    /// # Errors
    /// [`Error`]; all but [`Error::Incomplete`] leave everything as it was.
    pub async fn apply(&self, scope: &AdminScope, order: Order) -> Result<Applied, Error> {
        let _turn = self.turns.take(order.attribute).await;
        let found = self.look_up(scope, order.place, order.attribute).await;
        if let Err(Error::NoSchema | Error::NoAttribute) = &found {
            let by = By { actor: order.actor.clone(), request_id: order.request_id.clone() };
            self.note_refused(scope, "attribute.edit", format!("attribute {}", order.attribute), &by).await?;
        }
        let (project, client, before) = found?;
        let base = &before.attribute;
        let draft = match &order.want {
            Want::Draft { draft, version: wanted } => {
                let draft = rebase(draft, base);
                // Sent again because an answer got lost, it is true already (RFC 9110 §13.1.1).
                if *wanted != version(&before) && !draft.changes(base).is_empty() {
                    return Err(Error::Changed(Box::new(state(&before))));
                }
                draft
            }
            Want::Options(edits) => rebase(&merge(edits, base)?, base),
        };
        let faults = draft.faults(base);
        if !faults.is_empty() {
            return Err(Error::Faults(faults));
        }
        let (changes, steps) = (draft.changes(base), draft.plan(base));
        let line = self
            .audit
            .begin(
                &order.actor,
                Intent {
                    project: &project,
                    action: "attribute.edit",
                    subject: format!("attribute {}", order.attribute),
                    detail: Meant {
                        attribute: &base.name,
                        changes: &changes[..changes.len().min(TOLD)],
                        calls: &steps[..steps.len().min(TOLD)],
                        changes_in_all: changes.len(),
                        calls_in_all: steps.len(),
                    },
                    request_id: order.request_id,
                },
            )
            .await?;
        let (done, failed) = run(client, &before, &draft, &steps).await;
        let judged = if steps.is_empty() { Ok(state(&before)) } else { judge(client, &before, &draft, failed).await };
        let outcome = match &judged {
            Ok(_) => Outcome::Done,
            // The same as before: nothing came through.
            Err(broken) if broken.state.as_ref().is_some_and(|now| now.version == version(&before)) => Outcome::Refused,
            Err(_) => Outcome::Incomplete,
        };
        let left = judged.as_ref().err().map_or(&[][..], |broken| &broken.left[..broken.left.len().min(TOLD)]);
        let why = judged.as_ref().err().map(|broken| broken.why.words());
        if let Err(error) = self.audit.end(line, outcome, &Ended { calls_that_went_well: done, left, why }).await {
            // The line stays open, which is what it says: nobody knows.
            tracing::error!(error = &error as &dyn std::error::Error, audit.line = line.0, "audit.unfinished");
        }
        match judged {
            Ok(state) => {
                if !changes.is_empty() {
                    match self.home(scope, order.place, order.attribute).await {
                        Ok(Some(schema)) => {
                            self.note_edit(&project, schema, &before.attribute, order.actor.name()).await;
                        }
                        Ok(None) => {}
                        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "schemas.unnoted"),
                    }
                }
                Ok(Applied { state, changes, audit: line.0 })
            }
            Err(broken) => Err(Error::Incomplete(Box::new(broken))),
        }
    }

    /// The schema that an attribute is in. Attributes do not move, so it is found once.
    async fn home(&self, scope: &AdminScope, place: Where, id: AttributeId) -> Result<Option<SchemaId>, Error> {
        if let Where::Schema(schema) = place {
            return Ok(Some(schema));
        }
        if let Some(schema) = self.homes.get(&id).await {
            return Ok(Some(schema));
        }
        let found = self.schema_of(scope, id).await?.map(|(schema, _)| schema);
        if let Some(schema) = found {
            self.homes.insert(id, schema).await;
        }
        Ok(found)
    }

    async fn look_up(
        &self,
        scope: &AdminScope,
        place: Where,
        id: AttributeId,
    ) -> Result<(ProjectId, &ProjectClient, Read), Error> {
        match place {
            Where::Schema(schema) => {
                let (row, client) = self.find(scope, schema).await?;
                Ok((row.project, client, of_schema(client, schema, id).await?))
            }
            Where::Anywhere => {
                for project in scope.projects() {
                    let Some(client) = self.sync.client(project) else { continue };
                    if let Some(read) = client.attribute(id).await? {
                        return Ok((project.clone(), client, read));
                    }
                }
                Err(Error::NoAttribute)
            }
        }
    }
}

/// Makes the calls in their order until one fails. How many went well, and what failed.
async fn run(
    client: &ProjectClient,
    before: &Read,
    draft: &Draft,
    steps: &[Step],
) -> (usize, Option<portal_diffgram::Error>) {
    let id = before.attribute.id;
    let mut made: HashMap<&str, OptionId> = HashMap::new();
    let find = |made: &HashMap<&str, OptionId>, key: Option<&str>| {
        key.and_then(|key| key.parse().ok().or_else(|| made.get(key).copied()))
    };
    for (done, step) in steps.iter().enumerate() {
        let result = match step {
            Step::Add { key, name, parent } => {
                let parent = find(&made, parent.as_deref());
                client.add_option(id, name, parent).await.map(|id| {
                    made.insert(key, id);
                })
            }
            Step::Write { id: option, name, parent } => {
                client.write_option(id, *option, name, find(&made, parent.as_deref())).await
            }
            Step::Archive { id: option } => client.archive_option(id, *option).await,
            Step::Attribute => {
                let fields = AttributeFields {
                    question: draft.question.clone(),
                    name: draft.name.clone(),
                    min: draft.min,
                    max: draft.max,
                    default_value: draft.default_value.clone(),
                    default_option: find(&made, draft.default_option.as_deref()),
                    read_only: draft.read_only,
                    ..AttributeFields::from(&before.attribute)
                };
                client.write_attribute(before, &fields).await
            }
        };
        if let Err(error) = result {
            tracing::warn!(error = &error as &dyn std::error::Error, attribute = %id, done, "schema.broken");
            return (done, Some(error));
        }
    }
    (steps.len(), None)
}

/// Reads back and compares: a call that failed may have been made all the same, and one that went well may have met another's.
async fn judge(
    client: &ProjectClient,
    before: &Read,
    draft: &Draft,
    failed: Option<portal_diffgram::Error>,
) -> Result<portal_model::api::schemas::AttributeState, Incomplete> {
    let broken = |state, left, why| Incomplete { state, left, why };
    match client.attribute(before.attribute.id).await {
        Ok(Some(now)) => {
            let left = rebase(draft, &now.attribute).changes(&now.attribute);
            if left.is_empty() && now.kept() == before.kept() {
                return Ok(state(&now));
            }
            Err(broken(Some(state(&now)), left, failed.map_or(Why::SomebodyElse, Why::Call)))
        }
        Ok(None) => Err(broken(None, Vec::new(), Why::Gone)),
        Err(error) => Err(broken(None, Vec::new(), Why::Call(failed.unwrap_or(error)))),
    }
}

impl Why {
    fn words(&self) -> String {
        match self {
            Self::Call(error) => error.to_string(),
            Self::SomebodyElse => "it was changed by somebody else at the same time".into(),
            Self::Gone => "it was archived meanwhile".into(),
        }
    }
}
