//! Schemas and their attributes: read fresh from Diffgram each time, changed by a plan, step after step, and read back. Diffgram
//! has no transactions and writes one option a call (`design.md` §2.5), so what was done is known only by reading.

mod apply;
mod merge;
mod rebase;
mod turns;

use portal_diffgram::{AttributeState as Read, Attributes, ProjectClient, types};
use portal_model::{
    annotation::Label,
    api::schemas::{AttributeState, SchemaRow},
    attribute::{Change, Fault},
    id::{AttributeId, ProjectId, SchemaId},
};
use sha2::{Digest, Sha256};

use crate::{
    audit::{self, Audit},
    index,
    policy::{AdminScope, Policy},
    sync::Sync,
};

pub use apply::{Order, Want, Where};
pub use merge::Unclear;

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
    /// Diffgram did not answer, and nothing was changed.
    #[error(transparent)]
    Diffgram(#[from] portal_diffgram::Error),
    /// The audit did not take the line, so nothing was changed.
    #[error(transparent)]
    Audit(#[from] audit::Error),
    /// The store did not answer.
    #[error(transparent)]
    Index(#[from] index::Error),
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
    turns: turns::Turns,
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

impl Schemas {
    /// Over the clients of `sync`.
    #[must_use]
    pub fn new(policy: Policy, sync: Sync, audit: Audit) -> Self {
        Self { policy, sync, audit, turns: turns::Turns::default() }
    }

    /// The schemas of the scope's projects, by project and name.
    ///
    /// # Errors
    /// When Diffgram or the store does not answer.
    pub async fn list(&self, scope: &AdminScope) -> Result<Vec<SchemaRow>, Error> {
        let mut rows = Vec::new();
        for (project, name) in self.policy.admin_projects(scope).await? {
            let Some(client) = self.sync.client(&project) else { continue };
            let schemas = client.schemas().await?;
            rows.extend(schemas.into_iter().map(|schema| row(schema, &project, &name)));
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
        }
        Err(Error::NoSchema)
    }

    /// A schema with its labels and attributes.
    ///
    /// # Errors
    /// [`Error::NoSchema`], or when Diffgram or the store does not answer.
    pub async fn read(&self, scope: &AdminScope, id: SchemaId) -> Result<(SchemaRow, Vec<Label>, Attributes), Error> {
        let (row, client) = self.find(scope, id).await?;
        let (labels, attributes) = tokio::try_join!(client.labels(Some(id.0)), client.attributes(id))?;
        Ok((row, labels, attributes))
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
        project: project.clone(),
        project_name: name.to_owned(),
    }
}
