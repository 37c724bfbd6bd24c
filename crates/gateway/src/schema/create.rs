//! A new schema, empty.

use portal_model::{
    api::{
        audit::Outcome,
        schemas::{NewSchema, SchemaDetail, VersionSource},
    },
    attribute::Fault,
    schema::{Place, Schema, SchemaFault},
};

use super::{By, Error, Schemas, versions::Origin};
use crate::{audit::Intent, policy::AdminScope};

impl Schemas {
    /// Makes a schema and reads it back.
    ///
    /// # Errors
    /// [`Error`]; then it was not made, or it is not known whether it was.
    pub async fn create(&self, scope: &AdminScope, new: &NewSchema, by: By) -> Result<SchemaDetail, Error> {
        let fault = |what| Error::SchemaFaults(vec![SchemaFault { at: Place::Schema, what }]);
        let client = match scope.projects().iter().find(|project| **project == new.project) {
            Some(project) => self.sync.client(project),
            None => None,
        };
        let Some(client) = client else {
            self.note_refused(scope, "schema.create", format!("project {}", new.project), &by).await?;
            return Err(Error::NoProject);
        };
        let name = new.name.trim();
        if name.is_empty() {
            return Err(fault(Fault::EmptyName));
        }
        if client.schemas().await?.iter().any(|schema| schema.name == name) {
            return Err(fault(Fault::DuplicateName));
        }
        let intent = Intent {
            project: &new.project,
            action: "schema.create",
            subject: format!("project {}", new.project),
            detail: name,
            request_id: by.request_id,
        };
        let line = self.audit.begin(&by.actor, intent).await?;
        let made = match client.new_schema(name).await {
            Ok(made) => Ok(made),
            // An archived one of this name is in no list.
            Err(portal_diffgram::Error::Refused { .. }) => Err(fault(Fault::DuplicateName)),
            // The answer may have got lost.
            Err(error) => match client.schemas().await {
                Ok(now) => now.into_iter().find(|schema| schema.name == name).ok_or(Error::Diffgram(error)),
                Err(_) => Err(Error::Diffgram(error)),
            },
        };
        let outcome = match &made {
            Ok(_) => Outcome::Done,
            Err(Error::SchemaFaults(_)) => Outcome::Refused,
            Err(_) => Outcome::Incomplete,
        };
        self.audit.end(line, outcome, &made.as_ref().ok().map(|made| made.id)).await?;
        let made = made?;
        let schema =
            Schema { id: made.id, name: made.name, archived: false, labels: Vec::new(), attributes: Vec::new() };
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let origin = Origin { source: VersionSource::Applied, by: Some(by.actor.name()), why: "" };
        self.note(&mut tx, &new.project, &schema, origin).await?;
        tx.commit().await?;
        self.detail(scope, made.id).await
    }
}
