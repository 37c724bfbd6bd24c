//! Schemas and their attributes: read fresh from Diffgram each time, changed by a plan, step after step, and read back. Diffgram
//! has no transactions and writes one option a call (`design.md` §2.5), so what was done is known only by reading.

mod apply;
pub mod command;
mod create;
pub mod file;
mod goal;
mod impact;
mod merge;
mod rebase;
mod runs;
mod turns;
mod versions;

use std::{collections::HashSet, time::Duration};

use portal_diffgram::{AttributeState as Read, Attributes, ProjectClient, types};
use portal_model::{
    annotation::Label,
    api::{
        audit::Outcome,
        schemas::{AttributeState, Run, SchemaDetail, SchemaRow},
    },
    attribute::{Change, Fault},
    id::{AttributeId, ProjectId, SchemaId},
    schema::{Schema, SchemaFault},
};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{
    audit::{self, Audit, Intent},
    clock::{Handle, SharedClock},
    index,
    policy::{AdminScope, Policy},
    store::Store,
    sync::Sync,
};

pub use apply::{Order, Want, Where};
pub use merge::Unclear;
pub use runs::By;

/// Why a schema is not read or an attribute not changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, or of a project where the caller is no admin: the answer must not tell which.
    #[error("no such schema")]
    NoSchema,
    /// The same of an attribute.
    #[error("no such attribute")]
    NoAttribute,
    /// It is not any more as it was when the change was thought up.
    #[error("the attribute changed")]
    Changed(Box<AttributeState>),
    /// The draft cannot be applied.
    #[error("the draft has {} faults", .0.len())]
    Faults(Vec<Fault>),
    /// The edits do not say clearly what is meant.
    #[error(transparent)]
    Unclear(#[from] Unclear),
    /// Some calls were made, or may have been, and not all of it is true now.
    #[error("only a part was changed")]
    Incomplete(Box<Incomplete>),
    /// A project in which the caller is no admin, or none at all.
    #[error("no such project")]
    NoProject,
    /// The schema has no such run.
    #[error("no such run")]
    NoRun,
    /// The schema has no such version.
    #[error("no such version")]
    NoVersion,
    /// The schema is not any more as it was when the draft was thought up.
    #[error("the schema changed")]
    SchemaChanged(Box<SchemaDetail>),
    /// The draft of a schema cannot be applied.
    #[error("the draft has {} faults", .0.len())]
    SchemaFaults(Vec<SchemaFault>),
    /// Another plan of the schema is not over.
    #[error("another plan is under way")]
    UnderWay(Box<Run>),
    /// The run is over.
    #[error("the run is over")]
    Over(Box<Run>),
    /// The run halted before its end.
    #[error("the run is not done")]
    Unfinished(Box<Run>),
    /// Diffgram did not answer, and nothing was changed.
    #[error(transparent)]
    Diffgram(#[from] portal_diffgram::Error),
    /// The audit did not take the line, so nothing was changed.
    #[error(transparent)]
    Audit(#[from] audit::Error),
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The same.
    #[error("plans and versions cannot be read or written")]
    Store(#[from] sqlx::Error),
    /// A plan or a version cannot be written down, or holds what this version does not know.
    #[error("a plan or version cannot be read or written")]
    Shape(#[from] serde_json::Error),
}

/// How an attribute stands after a change that broke off.
#[derive(Debug)]
pub struct Incomplete {
    /// As it was read back; `None` when that failed too, or it is gone.
    pub state: Option<AttributeState>,
    /// What the state lacks of what was wanted.
    pub left: Vec<Change>,
    /// What ended it.
    pub why: Why,
}

/// What ended a change before its time.
#[derive(Debug)]
pub enum Why {
    /// A call failed.
    Call(portal_diffgram::Error),
    /// All calls went well; somebody else changed it at the same time.
    SomebodyElse,
    /// It was archived meanwhile.
    Gone,
}

/// Reads and changes schemas. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Schemas {
    policy: Policy,
    sync: Sync,
    audit: Audit,
    store: Store,
    clock: Handle,
    stop: CancellationToken,
    /// How long the second try of a call waits.
    patience: Duration,
    turns: turns::Turns<AttributeId>,
    plans: turns::Turns<SchemaId>,
    ways: runs::Ways,
    /// The schemas of attributes.
    homes: moka::future::Cache<AttributeId, SchemaId>,
}

/// What the schemas stand on.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Who may see what.
    pub policy: Policy,
    /// The clients.
    pub sync: Sync,
    /// Who changed what.
    pub audit: Audit,
    /// Plans and versions.
    pub store: Store,
    /// Cancelled when the gateway ends.
    pub stop: CancellationToken,
    /// How long the second try of a call waits; the third waits four times as long.
    pub patience: Duration,
}

/// Names a state of an attribute, in the form of an entity tag (RFC 9110 §8.8.3).
fn version(read: &Read) -> String {
    let hash: String = Sha256::digest(read.fingerprint()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

/// An attribute as the API gives it out.
#[must_use]
pub fn state(read: &Read) -> AttributeState {
    AttributeState { attribute: read.attribute.clone(), version: version(read) }
}

/// Names a state of a schema with its labels and attributes, in the form of an entity tag.
#[must_use]
pub fn version_of(row: &SchemaRow, labels: &[Label], attributes: &Attributes) -> String {
    let mut hash = Sha256::new();
    let labels: Vec<_> = labels.iter().map(|label| (label.id, &label.name, &label.color)).collect();
    hash.update(serde_json::json!([row.name, row.archived, labels, attributes.unreadable]).to_string());
    for read in &attributes.list {
        hash.update(format!("\n{} {}", read.attribute.id, read.fingerprint()));
    }
    let hash: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

impl Schemas {
    /// On this ground.
    #[must_use]
    pub fn new(ground: Ground, clock: SharedClock) -> Self {
        let Ground { policy, sync, audit, store, stop, patience } = ground;
        Self {
            policy,
            sync,
            audit,
            store,
            clock: Handle(clock),
            stop,
            patience,
            turns: turns::Turns::default(),
            plans: turns::Turns::default(),
            ways: runs::Ways::default(),
            homes: moka::future::Cache::new(10_000),
        }
    }

    /// The schemas of the scope's projects, by project and name; archived ones as far as the portal knows of them.
    ///
    /// # Errors
    /// When Diffgram or the store does not answer.
    pub async fn list(&self, scope: &AdminScope) -> Result<Vec<SchemaRow>, Error> {
        let mut rows = Vec::new();
        for (project, name) in self.policy.admin_projects(scope).await? {
            let Some(client) = self.sync.client(&project) else { continue };
            let schemas = client.schemas().await?;
            let live: HashSet<SchemaId> = schemas.iter().map(|schema| schema.id).collect();
            rows.extend(schemas.into_iter().map(|schema| row(schema, &project, &name)));
            let gone = self.remembered(&project).await?.into_iter().filter(|(id, _)| !live.contains(id));
            rows.extend(gone.map(|(id, called)| archived(id, called, &project, &name)));
        }
        rows.sort_by(|a, b| {
            (&a.project_name, &a.project, &a.name, a.id).cmp(&(&b.project_name, &b.project, &b.name, b.id))
        });
        Ok(rows)
    }

    /// A schema of the scope's projects, and the client of its project.
    async fn find(&self, scope: &AdminScope, id: SchemaId) -> Result<(SchemaRow, &ProjectClient), Error> {
        for (project, name) in self.policy.admin_projects(scope).await? {
            let Some(client) = self.sync.client(&project) else { continue };
            if let Some(schema) = client.schemas().await?.into_iter().find(|schema| schema.id == id) {
                return Ok((row(schema, &project, &name), client));
            }
            if let Some((_, called)) = self.remembered(&project).await?.into_iter().find(|(known, _)| *known == id) {
                return Ok((archived(id, called, &project, &name), client));
            }
        }
        Err(Error::NoSchema)
    }

    /// Whether another live schema of the project has this name: Diffgram would take it, and nobody could tell them apart.
    async fn is_taken(&self, project: &ProjectId, id: SchemaId, name: &str) -> Result<bool, Error> {
        let Some(client) = self.sync.client(project) else { return Ok(false) };
        Ok(client.schemas().await?.iter().any(|schema| schema.id != id && schema.name == name))
    }

    /// A schema with its labels and attributes.
    ///
    /// # Errors
    /// [`Error::NoSchema`], or when Diffgram or the store does not answer.
    pub async fn read(&self, scope: &AdminScope, id: SchemaId) -> Result<(SchemaRow, Vec<Label>, Attributes), Error> {
        let (mut row, client) = self.find(scope, id).await?;
        let ((schema, labels), attributes) = tokio::try_join!(client.schema(id), client.attributes(id))?;
        (row.name, row.archived) = (schema.name, schema.archived);
        Ok((row, labels, attributes))
    }

    /// The same without what names its states, with the version of the whole and the project.
    async fn read_plain(&self, scope: &AdminScope, id: SchemaId) -> Result<(Schema, String, ProjectId), Error> {
        let (row, labels, attributes) = self.read(scope, id).await?;
        let version = version_of(&row, &labels, &attributes);
        let attributes = attributes.list.into_iter().map(|read| read.attribute).collect();
        Ok((Schema { id, name: row.name, archived: row.archived, labels, attributes }, version, row.project))
    }

    /// The same as the API gives it out.
    ///
    /// # Errors
    /// [`Error::NoSchema`], or when Diffgram or the store does not answer.
    pub async fn detail(&self, scope: &AdminScope, id: SchemaId) -> Result<SchemaDetail, Error> {
        let (schema, labels, attributes) = self.read(scope, id).await?;
        Ok(SchemaDetail {
            version: version_of(&schema, &labels, &attributes),
            run: self.open_run(id).await?,
            schema,
            labels,
            attributes: attributes.list.iter().map(state).collect(),
            unreadable: attributes.unreadable,
        })
    }

    /// Somebody tried to change what is not there, or not theirs: that leaves a line too (AUT-13).
    async fn note_refused(
        &self,
        scope: &AdminScope,
        action: &'static str,
        subject: String,
        by: &By,
    ) -> Result<(), Error> {
        let Some(project) = scope.projects().first() else { return Ok(()) };
        let intent = Intent { project, action, subject, detail: "unknown here", request_id: by.request_id.clone() };
        let line = self.audit.begin(&by.actor, intent).await?;
        Ok(self.audit.end(line, Outcome::Refused, &"unknown here").await?)
    }

    /// The schema that an attribute is in, with its project.
    ///
    /// # Errors
    /// When Diffgram or the store does not answer.
    pub async fn schema_of(&self, scope: &AdminScope, id: AttributeId) -> Result<Option<(SchemaId, ProjectId)>, Error> {
        for project in scope.projects() {
            let Some(client) = self.sync.client(project) else { continue };
            for schema in client.schemas().await? {
                let all = client.attributes(schema.id).await?;
                if all.list.iter().any(|read| read.attribute.id == id) {
                    return Ok(Some((schema.id, project.clone())));
                }
            }
        }
        Ok(None)
    }

    /// One attribute of a schema.
    ///
    /// # Errors
    /// [`Error::NoSchema`], [`Error::NoAttribute`], or when Diffgram or the store does not answer.
    pub async fn attribute(&self, scope: &AdminScope, schema: SchemaId, id: AttributeId) -> Result<Read, Error> {
        let (_, client) = self.find(scope, schema).await?;
        of_schema(client, schema, id).await
    }
}

/// An attribute, if it is of this schema.
async fn of_schema(client: &ProjectClient, schema: SchemaId, id: AttributeId) -> Result<Read, Error> {
    let all = client.attributes(schema).await?;
    all.list.into_iter().find(|read| read.attribute.id == id).ok_or(Error::NoAttribute)
}

fn row(schema: types::Schema, project: &ProjectId, name: &str) -> SchemaRow {
    SchemaRow {
        id: schema.id,
        name: schema.name,
        is_default: schema.is_default,
        archived: schema.archived,
        project: project.clone(),
        project_name: name.to_owned(),
    }
}

/// A schema that Diffgram does not list any more.
fn archived(id: SchemaId, called: String, project: &ProjectId, name: &str) -> SchemaRow {
    SchemaRow {
        id,
        name: called,
        is_default: false,
        archived: true,
        project: project.clone(),
        project_name: name.to_owned(),
    }
}
