//! Keys of host apps and scripts: `dp_…`, made at the command line, shown once, kept as a hash, each with scopes and one project
//! (`design.md` §6).

pub mod command;

use std::{fmt, str::FromStr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use portal_model::{id::ProjectId, problem::ProblemType};
use serde::{Deserialize, Serialize};
use sqlx::Row;

use crate::{
    app::App,
    clock::{Handle, SharedClock, wire},
    problem::Reply,
    session::sessions::key_of,
    store::Store,
};

/// What every key begins with, so that scanners for leaked secrets know it.
pub const PREFIX: &str = "dp_";
/// A key's last use is written at most this often.
const USED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("keys cannot be read or written")]
pub struct Error(#[from] sqlx::Error);

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Mint tokens by which people of the host app are signed in inside its frame, as users or reviewers.
    #[serde(rename = "embed")]
    Embed,
    /// The same for admins.
    #[serde(rename = "embed:admin")]
    EmbedAdmin,
    /// Read schemas.
    #[serde(rename = "schemas:read")]
    SchemasRead,
    /// Change attributes and their options.
    #[serde(rename = "schemas:write")]
    SchemasWrite,
    /// Give views of files to people of the project, and take them away.
    #[serde(rename = "views:write")]
    ViewsWrite,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Embed, Self::EmbedAdmin, Self::SchemasRead, Self::SchemasWrite, Self::ViewsWrite];

    /// How it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Embed => "embed",
            Self::EmbedAdmin => "embed:admin",
            Self::SchemasRead => "schemas:read",
            Self::SchemasWrite => "schemas:write",
            Self::ViewsWrite => "views:write",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|scope| scope.as_str()).collect();
            format!("there is no scope {word:?}; there are {}", known.join(", "))
        })
    }
}

/// A key that may be used. Handlers take it as an extractor; without one they answer 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Names it without being able to use it.
    pub id: String,
    /// What it was called when it was made.
    pub name: String,
    /// The one project it is for.
    pub project: ProjectId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

impl Key {
    /// Goes on only with this scope.
    ///
    /// # Errors
    /// 403 `insufficient-scope` (RFC 6750 §3.1).
    pub fn need(&self, scope: Scope) -> Result<(), Reply> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        Err(Reply::new(
            StatusCode::FORBIDDEN,
            ProblemType::InsufficientScope,
            "Insufficient scope",
            &format!("This key may not do this; it takes a key with the scope {scope}."),
        ))
    }
}

/// A key as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Names it.
    pub id: String,
    /// What it was called.
    pub name: String,
    /// Its project.
    pub project: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: String,
    /// Not usable from then on.
    pub expires: Option<String>,
    /// Last use, to the minute.
    pub used: Option<String>,
}

/// All keys.
#[derive(Clone, Debug)]
pub struct Keys {
    store: Store,
    clock: Handle,
}

impl Keys {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock: Handle(clock) }
    }

    /// Makes a key: its id, and the key itself, which is shown this once.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn make(
        &self,
        name: &str,
        project: &ProjectId,
        scopes: &[Scope],
        expires: Option<SignedDuration>,
    ) -> Result<(String, String), Error> {
        let now = self.clock.now();
        let (id, secret) = (uuid::Uuid::now_v7().to_string(), format!("{PREFIX}{}", crate::random_token()));
        sqlx::query(
            "INSERT INTO api_key (id, hash, name, project, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(key_of(&secret).0)
        .bind(name)
        .bind(&project.0)
        .bind(serde_json::to_string(scopes).unwrap_or_else(|_| "[]".into()))
        .bind(wire(now).0)
        .bind(expires.and_then(|after| now.checked_add(after).ok()).map(|at| wire(at).0))
        .execute(self.store.pool())
        .await?;
        Ok((id, secret))
    }

    /// A new key with the name, project and scopes of an old one, which goes on for so long, so that the host app can change over.
    ///
    /// # Errors
    /// When the store does not answer. `None` when there is no usable key of that id.
    pub async fn rotate(&self, id: &str, overlap: SignedDuration) -> Result<Option<(String, String)>, Error> {
        let Some(old) = self.list().await?.into_iter().find(|key| key.id == id) else { return Ok(None) };
        let now = self.clock.now();
        if old.expires.as_ref().is_some_and(|at| *at <= wire(now).0) {
            return Ok(None);
        }
        let made = self.make(&old.name, &ProjectId(old.project), &old.scopes, None).await?;
        let end = now.checked_add(overlap).map(|at| wire(at).0).unwrap_or_default();
        let end = old.expires.map_or(end.clone(), |at| at.min(end));
        sqlx::query("UPDATE api_key SET expires = ? WHERE id = ?")
            .bind(end)
            .bind(id)
            .execute(self.store.pool())
            .await?;
        Ok(Some(made))
    }

    /// Ends a key at once. Whether there was one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn revoke(&self, id: &str) -> Result<bool, Error> {
        let done = sqlx::query("DELETE FROM api_key WHERE id = ?").bind(id).execute(self.store.pool()).await?;
        Ok(done.rows_affected() > 0)
    }

    /// All of them, oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(&self) -> Result<Vec<Listed>, Error> {
        let rows = sqlx::query("SELECT id, name, project, scopes, created, expires, used FROM api_key ORDER BY id")
            .fetch_all(self.store.pool())
            .await?;
        Ok(rows
            .iter()
            .map(|row| Listed {
                id: row.get("id"),
                name: row.get("name"),
                project: row.get("project"),
                scopes: scopes(row.get("scopes")),
                created: row.get("created"),
                expires: row.get("expires"),
                used: row.get("used"),
            })
            .collect())
    }

    /// The usable key that this is.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, secret: &str) -> Result<Option<Key>, Error> {
        let row = sqlx::query("SELECT id, name, project, scopes, expires, used FROM api_key WHERE hash = ?")
            .bind(key_of(secret).0)
            .fetch_optional(self.store.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let now = self.clock.now();
        if row.get::<Option<String>, _>("expires").is_some_and(|at| at <= wire(now).0) {
            return Ok(None);
        }
        let id: String = row.get("id");
        let used = row.get::<Option<String>, _>("used").and_then(|at| at.parse::<Timestamp>().ok());
        if used.is_none_or(|at| now.duration_since(at) >= USED_EVERY) {
            sqlx::query("UPDATE api_key SET used = ? WHERE id = ?")
                .bind(wire(now).0)
                .bind(&id)
                .execute(self.store.pool())
                .await?;
        }
        Ok(Some(Key {
            id,
            name: row.get("name"),
            project: ProjectId(row.get("project")),
            scopes: scopes(row.get("scopes")),
        }))
    }
}

/// Scopes of a newer version are passed over.
fn scopes(json: &str) -> Vec<Scope> {
    let words: Vec<String> = serde_json::from_str(json).unwrap_or_default();
    words.iter().filter_map(|word| word.parse().ok()).collect()
}

/// The key of a request, as it was sent (`Authorization: Bearer dp_…`, RFC 6750 §2.1).
#[must_use]
pub fn sent(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

/// Nobody may use this key, or none was sent.
#[derive(Debug)]
pub struct Refused(Reply);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<Refused> for Reply {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

impl FromRequestParts<App> for Key {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let refused = || {
            Refused(Reply::new(
                StatusCode::UNAUTHORIZED,
                ProblemType::SignedOut,
                "No usable key",
                "Send a usable key as Authorization: Bearer dp_…; it may have expired or been revoked.",
            ))
        };
        let secret = sent(&parts.headers).ok_or_else(refused)?;
        let found = app.keys.find(secret).await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "keys.unreadable");
            Refused(Reply::store_unavailable())
        })?;
        // A key of a project that is not configured any more opens nothing.
        found.filter(|key| app.config.projects.contains_key(&key.project)).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn keys_are_found_by_their_secret_and_end_when_they_should() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("s")).await.unwrap();
        let keys = Keys::new(store.clone(), Arc::new(SystemClock));
        let project = ProjectId("acme-vision".into());
        let (id, secret) = keys.make("Shop", &project, &[Scope::Embed], None).await.unwrap();
        assert!(secret.starts_with(PREFIX) && secret.len() >= 43);
        let key = keys.find(&secret).await.unwrap().unwrap();
        assert_eq!((&key.id, key.name.as_str(), &key.project), (&id, "Shop", &project));
        assert!(key.need(Scope::Embed).is_ok());
        assert_eq!(key.need(Scope::SchemasWrite).unwrap_err().0.kind, ProblemType::InsufficientScope);
        let stored: String = sqlx::query_scalar("SELECT hash FROM api_key").fetch_one(store.pool()).await.unwrap();
        assert!(!stored.contains(&secret[3..]), "the key itself is nowhere");

        let (_, next) = keys.rotate(&id, SignedDuration::from_secs(60)).await.unwrap().unwrap();
        assert!(keys.find(&secret).await.unwrap().is_some() && keys.find(&next).await.unwrap().is_some(), "overlap");
        assert!(keys.revoke(&id).await.unwrap());
        assert!(keys.find(&secret).await.unwrap().is_none() && keys.find(&next).await.unwrap().is_some());

        let (old, ended) = keys.make("Old", &project, &[], Some(SignedDuration::from_secs(-1))).await.unwrap();
        assert!(keys.find(&ended).await.unwrap().is_none(), "expired");
        assert!(keys.rotate(&old, SignedDuration::ZERO).await.unwrap().is_none(), "an ended key does not come back");
        assert!(keys.find("dp_x").await.unwrap().is_none());
    }
}
