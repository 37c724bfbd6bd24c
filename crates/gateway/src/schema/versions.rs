//! What schemas were: every state that the portal made, and those of others that it met.

use portal_model::{
    api::schemas::{History, Version, VersionDetail, VersionSource},
    attribute::Attribute,
    id::{ProjectId, SchemaId},
    schema::{Schema, SchemaChange, SchemaDraft},
    time::Timestamp,
};
use sqlx::{Row, Sqlite, Transaction, sqlite::SqliteRow};

use super::{Error, Schemas};
use crate::{clock::wire, policy::AdminScope};

/// Where a version comes from, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) source: VersionSource,
    pub(super) by: Option<&'a str>,
    pub(super) why: &'a str,
}

impl Origin<'_> {
    /// A state that the portal met: for the first time, or changed in Diffgram itself.
    fn met(first: bool) -> Self {
        Self { source: if first { VersionSource::Found } else { VersionSource::Elsewhere }, by: None, why: "" }
    }
}

fn word(source: VersionSource) -> &'static str {
    match source {
        VersionSource::Found => "found",
        VersionSource::Applied => "applied",
        VersionSource::Elsewhere => "elsewhere",
    }
}

fn version(row: &SqliteRow) -> Version {
    Version {
        number: row.get("number"),
        at: Timestamp(row.get("at")),
        source: match row.get("source") {
            "found" => VersionSource::Found,
            "applied" => VersionSource::Applied,
            _ => VersionSource::Elsewhere,
        },
        by: row.get("actor_name"),
        why: row.get("why"),
        changes: row.get("changes"),
    }
}

fn between(before: &Schema, after: &Schema) -> Vec<SchemaChange> {
    SchemaDraft::from(after).changes(before)
}

/// Whether two readings are of another state. Diffgram gives labels in no order.
fn differ(one: &Schema, other: &Schema) -> bool {
    let labels = |schema: &Schema| {
        let mut labels: Vec<_> = schema.labels.iter().map(|l| (l.id, l.name.clone(), l.color.clone())).collect();
        labels.sort();
        labels
    };
    labels(one) != labels(other) || !between(one, other).is_empty()
}

impl Schemas {
    /// The newest version of a schema, if there is one.
    async fn newest(&self, id: SchemaId) -> Result<Option<(u32, Schema)>, Error> {
        let row = sqlx::query("SELECT number, state FROM schema_version WHERE schema = ? ORDER BY number DESC LIMIT 1")
            .bind(id.0)
            .fetch_optional(self.store.pool())
            .await?;
        row.map(|row| Ok((row.get("number"), read(&row)?))).transpose()
    }

    /// Writes down a state of a schema: what differs from it from now on is another version. Answers with its number.
    pub(super) async fn note(
        &self,
        tx: &mut Transaction<'_, Sqlite>,
        project: &ProjectId,
        schema: &Schema,
        origin: Origin<'_>,
    ) -> Result<u32, Error> {
        let last =
            sqlx::query("SELECT number, state FROM schema_version WHERE schema = ? ORDER BY number DESC LIMIT 1")
                .bind(schema.id.0)
                .fetch_optional(&mut **tx)
                .await?;
        let (number, changes) = match &last {
            Some(row) => (row.get::<u32, _>("number") + 1, between(&read(row)?, schema).len()),
            None => (1, 0),
        };
        sqlx::query(
            "INSERT INTO schema_version (schema, number, project, name, at, source, actor_name, why, changes, state)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(schema.id.0)
        .bind(number)
        .bind(&project.0)
        .bind(&schema.name)
        .bind(wire(self.clock.now()).0)
        .bind(word(origin.source))
        .bind(origin.by)
        .bind(origin.why)
        .bind(u32::try_from(changes).unwrap_or(u32::MAX))
        .bind(serde_json::to_string(schema)?)
        .execute(&mut **tx)
        .await?;
        Ok(number)
    }

    /// Writes down how a schema was met, if that is not how the portal left it. Answers with the newest number.
    pub(super) async fn note_met(&self, project: &ProjectId, now: &Schema) -> Result<u32, Error> {
        let newest = self.newest(now.id).await?;
        if let Some((number, known)) = &newest
            && !differ(known, now)
        {
            return Ok(*number);
        }
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let number = self.note(&mut tx, project, now, Origin::met(newest.is_none())).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Writes down a change of one attribute that was made and read back. A version less is told in the log and no more: the change
    /// itself is made, and the next plan meets it as one from elsewhere.
    pub(super) async fn note_edit(&self, project: &ProjectId, id: SchemaId, before: &Attribute, by: &str) {
        let noted = async {
            let client = self.sync.client(project).ok_or(Error::NoSchema)?;
            let ((itself, labels), attributes) = tokio::try_join!(client.schema(id), client.attributes(id))?;
            let attributes: Vec<Attribute> = attributes.list.into_iter().map(|read| read.attribute).collect();
            let now = Schema { id, name: itself.name, archived: itself.archived, labels, attributes };
            let mut then = now.clone();
            for attribute in then.attributes.iter_mut().filter(|attribute| attribute.id == before.id) {
                attribute.clone_from(before);
            }
            self.note_met(project, &then).await?;
            let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
            self.note(&mut tx, project, &now, Origin { source: VersionSource::Applied, by: Some(by), why: "" }).await?;
            Ok::<_, Error>(tx.commit().await?)
        };
        if let Err(error) = noted.await {
            tracing::warn!(error = &error as &dyn std::error::Error, schema = %id, "schemas.unnoted");
        }
    }

    /// Schemas of a project that the portal knows, with the names they had.
    pub(super) async fn remembered(&self, project: &ProjectId) -> Result<Vec<(SchemaId, String)>, Error> {
        let rows = sqlx::query(
            "SELECT schema, name, max(number) FROM schema_version WHERE project = ? GROUP BY schema ORDER BY schema",
        )
        .bind(&project.0)
        .fetch_all(self.store.pool())
        .await?;
        Ok(rows.iter().map(|row| (SchemaId(row.get("schema")), row.get("name"))).collect())
    }

    /// What a schema was, the newest first.
    ///
    /// # Errors
    /// [`Error::NoSchema`], or when the store or Diffgram does not answer.
    pub async fn history(&self, scope: &AdminScope, id: SchemaId) -> Result<History, Error> {
        self.in_scope(scope, id).await?;
        let rows = sqlx::query(
            "SELECT number, at, source, actor_name, why, changes FROM schema_version WHERE schema = ? ORDER BY number DESC",
        )
        .bind(id.0)
        .fetch_all(self.store.pool())
        .await?;
        Ok(History { versions: rows.iter().map(version).collect(), run: self.open_run(id).await? })
    }

    /// One version; its changes are those since the one before it, or since `against`.
    ///
    /// # Errors
    /// [`Error::NoSchema`], [`Error::NoVersion`], or when the store or Diffgram does not answer.
    pub async fn version(
        &self,
        scope: &AdminScope,
        id: SchemaId,
        number: u32,
        against: Option<u32>,
    ) -> Result<VersionDetail, Error> {
        let now = self.read_plain(scope, id).await?.0;
        let (version, schema) = self.stored_version(id, number).await?.ok_or(Error::NoVersion)?;
        let before = match against {
            Some(other) => Some(self.stored_version(id, other).await?.ok_or(Error::NoVersion)?.1),
            None => match number.checked_sub(1) {
                Some(before) => self.stored_version(id, before).await?.map(|(_, schema)| schema),
                None => None,
            },
        };
        let changes = before.map(|before| between(&before, &schema)).unwrap_or_default();
        let restore = schema.restored_over(&now);
        Ok(VersionDetail { version, changes, restore, schema })
    }

    async fn stored_version(&self, id: SchemaId, number: u32) -> Result<Option<(Version, Schema)>, Error> {
        let row = sqlx::query("SELECT * FROM schema_version WHERE schema = ? AND number = ?")
            .bind(id.0)
            .bind(number)
            .fetch_optional(self.store.pool())
            .await?;
        row.map(|row| Ok((version(&row), read(&row)?))).transpose()
    }

    /// Whether the schema is one of the scope's. One that the portal knows is looked up in the store alone.
    pub(super) async fn in_scope(&self, scope: &AdminScope, id: SchemaId) -> Result<(), Error> {
        let project: Option<String> = sqlx::query_scalar("SELECT project FROM schema_version WHERE schema = ? LIMIT 1")
            .bind(id.0)
            .fetch_optional(self.store.pool())
            .await?;
        match project {
            Some(project) if scope.projects().iter().any(|known| known.0 == project) => Ok(()),
            Some(_) => Err(Error::NoSchema),
            None => self.find(scope, id).await.map(drop),
        }
    }
}

fn read(row: &SqliteRow) -> Result<Schema, Error> {
    Ok(serde_json::from_str(row.get("state"))?)
}
