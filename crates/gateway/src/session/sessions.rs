//! Sessions and the people they belong to, in the store. A session's value is nowhere but in its cookie.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use portal_model::{id::ProjectId, person::Role};
use sha2::{Digest, Sha256};
use sqlx::Row;
use tokio::sync::broadcast;

use super::{
    claims::Identity,
    person::{PersonId, SessionKey},
};
use crate::{
    clock::{Handle, SharedClock, wire},
    config::SessionLimits,
    policy::Only,
    store::Store,
};

/// A session's `seen` is written at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("sessions cannot be read or written")]
pub struct Error(#[from] sqlx::Error);

/// A live session and whose it is.
#[derive(Clone, Debug)]
pub struct Live {
    /// Names the session.
    pub key: SessionKey,
    /// The person.
    pub person: PersonId,
    /// Display name.
    pub name: String,
    /// E-mail address as the provider gave it.
    pub email: Option<String>,
    /// Whether it is verified.
    pub email_verified: bool,
    /// Values of the claims that roles are made of.
    pub claims: BTreeMap<String, Vec<String>>,
    /// In a frame: what the session is less than the person.
    pub bounds: Bounds,
    /// The provider's session id.
    pub sid: Option<String>,
}

/// How a session in a frame is less than the person it belongs to. Nothing at top level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Only this project.
    pub project: Option<ProjectId>,
    /// Their role is this at the most.
    pub most: Option<Role>,
    /// Only these views and things.
    pub only: Only,
}

/// What a cookie leads to.
#[derive(Clone, Debug)]
pub enum Found {
    /// A live session.
    Live(Box<Live>),
    /// One that reached a limit; it is gone now.
    Expired,
    /// Nothing.
    None,
}

/// All sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    clock: Handle,
    limits: SessionLimits,
    ended: broadcast::Sender<SessionKey>,
}

/// Names the session of a cookie's value.
#[must_use]
pub fn key_of(value: &str) -> SessionKey {
    SessionKey(Sha256::digest(value.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A role as the store keeps it.
#[must_use]
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Reviewer => "reviewer",
        Role::Admin => "admin",
    }
}

/// A role from the store; the least when in doubt.
#[must_use]
pub fn role_of(word: &str) -> Role {
    match word {
        "admin" => Role::Admin,
        "reviewer" => Role::Reviewer,
        _ => Role::User,
    }
}

impl Sessions {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock, limits: SessionLimits) -> Self {
        Self { store, clock: Handle(clock), limits, ended: broadcast::Sender::new(256) }
    }

    /// Tells of each session that ends, so that its streams can close.
    #[must_use]
    pub fn ended(&self) -> broadcast::Receiver<SessionKey> {
        self.ended.subscribe()
    }

    /// Finds or creates the person by issuer and subject, and starts a session. Returns the cookie's value.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn start(
        &self,
        issuer: &str,
        who: &Identity,
        sid: Option<&str>,
        id_token: &str,
    ) -> Result<String, Error> {
        let now = wire(self.clock.now()).0;
        let value = crate::random_token();
        let claims = serde_json::to_string(&who.roles_from).unwrap_or_else(|_| "{}".into());
        let mut tx = self.store.pool().begin_with("BEGIN IMMEDIATE").await?;
        let person: String = sqlx::query_scalar(
            "INSERT INTO person (id, issuer, subject, email, email_verified, name, claims, created, seen)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (issuer, subject) DO UPDATE SET
               email = excluded.email, email_verified = excluded.email_verified, name = excluded.name,
               claims = excluded.claims, seen = excluded.seen
             RETURNING id",
        )
        .bind(uuid::Uuid::now_v7().to_string())
        .bind(issuer)
        .bind(&who.subject)
        .bind(&who.email)
        .bind(who.email_verified)
        .bind(&who.name)
        .bind(claims)
        .bind(&now)
        .bind(&now)
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query("INSERT INTO session (key, person, sid, id_token, created, seen) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(key_of(&value).0)
            .bind(person)
            .bind(sid)
            .bind(id_token)
            .bind(&now)
            .bind(&now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(value)
    }

    /// Starts a session in the frame of a host, for somebody who is known. Returns the cookie's value.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn start_in_frame(
        &self,
        host: &str,
        person: &PersonId,
        bounds: &Bounds,
        sid: Option<&str>,
    ) -> Result<String, Error> {
        let now = wire(self.clock.now()).0;
        let value = crate::random_token();
        sqlx::query(
            "INSERT INTO session (key, person, sid, created, seen, host, project, most, bounds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(key_of(&value).0)
        .bind(&person.0)
        .bind(sid)
        .bind(&now)
        .bind(&now)
        .bind(host)
        .bind(bounds.project.as_ref().map(|project| project.0.as_str()))
        .bind(bounds.most.map(role_word))
        .bind(bounds.only.kept())
        .execute(self.store.pool())
        .await?;
        Ok(value)
    }

    /// What a cookie's value leads to, at top level or in the frame of a host; a session over its limits ends here.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find(&self, value: &str, host: Option<&str>) -> Result<Found, Error> {
        let key = key_of(value);
        let row = sqlx::query(
            "SELECT s.created, s.seen, s.sid, s.project, s.most, s.bounds, p.id, p.name, p.email, p.email_verified, p.claims
             FROM session s JOIN person p ON p.id = s.person WHERE s.key = ? AND s.host IS ?",
        )
        .bind(&key.0)
        .bind(host)
        .fetch_optional(self.store.pool())
        .await?;
        let Some(row) = row else { return Ok(Found::None) };
        let now = self.clock.now();
        let age = |column: &str| {
            row.get::<String, _>(column).parse::<Timestamp>().map_or(SignedDuration::MAX, |at| now.duration_since(at))
        };
        let idle = age("seen");
        let over = |age: SignedDuration, limit: std::time::Duration| {
            age.as_secs() >= i64::try_from(limit.as_secs()).unwrap_or(i64::MAX)
        };
        if over(age("created"), self.limits.absolute) || over(idle, self.limits.idle) {
            self.end(&key).await?;
            return Ok(Found::Expired);
        }
        if idle >= SEEN_EVERY {
            sqlx::query("UPDATE session SET seen = ? WHERE key = ?")
                .bind(wire(now).0)
                .bind(&key.0)
                .execute(self.store.pool())
                .await?;
        }
        Ok(Found::Live(Box::new(Live {
            key,
            person: PersonId(row.get("id")),
            name: row.get("name"),
            email: row.get("email"),
            email_verified: row.get("email_verified"),
            claims: serde_json::from_str(&row.get::<String, _>("claims")).unwrap_or_default(),
            bounds: Bounds {
                project: row.get::<Option<String>, _>("project").map(ProjectId),
                most: row.get::<Option<String>, _>("most").map(|word| role_of(&word)),
                only: Only::read(row.get::<Option<String>, _>("bounds").as_deref()),
            },
            sid: row.get("sid"),
        })))
    }

    /// How many sessions there are in the frames of each host.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn in_frames(&self) -> Result<BTreeMap<String, u32>, Error> {
        let sql =
            "SELECT host, count(*) FROM session WHERE host IS NOT NULL AND created >= ? AND seen >= ? GROUP BY host";
        let rows = sqlx::query(sql)
            .bind(self.before(self.limits.absolute))
            .bind(self.before(self.limits.idle))
            .fetch_all(self.store.pool())
            .await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// So long before now, as the store keeps times.
    fn before(&self, limit: std::time::Duration) -> String {
        SignedDuration::try_from(limit)
            .ok()
            .and_then(|limit| self.clock.now().checked_sub(limit).ok())
            .map_or_else(String::new, |at| wire(at).0)
    }

    /// Ends a session if it is of this place: at top level, or in the frame of a host. Like [`Self::end`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end_here(&self, key: &SessionKey, host: Option<&str>) -> Result<Option<String>, Error> {
        let here: Option<i64> = sqlx::query_scalar("SELECT 1 FROM session WHERE key = ? AND host IS ?")
            .bind(&key.0)
            .bind(host)
            .fetch_optional(self.store.pool())
            .await?;
        if here.is_some() { self.end(key).await } else { Ok(None) }
    }

    /// Ends a session and its streams. Returns its ID token, a hint for the provider.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end(&self, key: &SessionKey) -> Result<Option<String>, Error> {
        let token: Option<Option<String>> = sqlx::query_scalar("DELETE FROM session WHERE key = ? RETURNING id_token")
            .bind(&key.0)
            .fetch_optional(self.store.pool())
            .await?;
        // Nobody listens when nobody has a stream open.
        let _ = self.ended.send(key.clone());
        Ok(token.flatten())
    }

    /// Whom a session shows changed: its streams end, and the page asks again.
    pub fn changed(&self, key: &SessionKey) {
        // Nobody listens when nobody has a stream open.
        let _ = self.ended.send(key.clone());
    }

    /// Removes sessions that reached a limit without anybody asking.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self) -> Result<u64, Error> {
        let gone: Vec<String> = sqlx::query_scalar("DELETE FROM session WHERE created < ? OR seen < ? RETURNING key")
            .bind(self.before(self.limits.absolute))
            .bind(self.before(self.limits.idle))
            .fetch_all(self.store.pool())
            .await?;
        let count = gone.len() as u64;
        for key in gone {
            let _ = self.ended.send(SessionKey(key));
        }
        Ok(count)
    }
}
