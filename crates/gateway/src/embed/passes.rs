//! What is redeemed for a session in a frame: tokens that a host's backend mints, tickets of the sign-in window. Each is random,
//! kept as a hash, good once, for a minute, in one host.

use jiff::SignedDuration;
use portal_model::id::ProjectId;
use sqlx::Row;

use crate::{
    clock::{Handle, SharedClock, wire},
    policy::Only,
    session::{
        person::PersonId,
        sessions::{Bounds, key_of, role_of, role_word},
    },
    store::Store,
};

/// How long a pass is good, in seconds.
pub const SECONDS: u32 = 60;
/// What stands for the issuer of people whom no identity provider has brought here: a host's backend vouches for them.
const VOUCHED: &str = "embed";

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("tokens and tickets cannot be read or written")]
pub struct Error(#[from] sqlx::Error);

/// Which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A host's backend minted it.
    Token,
    /// The sign-in window got it.
    Ticket,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Ticket => "ticket",
        }
    }
}

/// For whom and what a pass is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Which kind.
    pub kind: Kind,
    /// The host's id.
    pub host: String,
    /// The person.
    pub person: PersonId,
    /// What their session will be bound to.
    pub bounds: Bounds,
    /// The provider's session id, which ends the session in the frame too.
    pub sid: Option<String>,
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Passes {
    store: Store,
    clock: Handle,
}

impl Passes {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock: Handle(clock) }
    }

    /// Makes one; it is nowhere but in the answer.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn make(&self, pass: &Pass) -> Result<String, Error> {
        let now = self.clock.now();
        let ends = now.checked_add(SignedDuration::from_secs(SECONDS.into())).unwrap_or(now);
        let value = crate::random_token();
        // Those that nobody redeemed go here: there are never more than of one minute.
        sqlx::query("DELETE FROM embed_pass WHERE expires <= ?").bind(wire(now).0).execute(self.store.pool()).await?;
        sqlx::query("INSERT INTO embed_pass (hash, kind, host, person, project, most, sid, bounds, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(key_of(&value).0)
            .bind(pass.kind.word())
            .bind(&pass.host)
            .bind(&pass.person.0)
            .bind(pass.bounds.project.as_ref().map(|project| project.0.as_str()))
            .bind(role_word(pass.bounds.most.unwrap_or_default()))
            .bind(&pass.sid)
            .bind(pass.bounds.only.kept())
            .bind(wire(ends).0)
            .execute(self.store.pool())
            .await?;
        Ok(value)
    }

    /// Takes one away, and says whether it was good here. Whoever tries it in the wrong place has used it up.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take(&self, kind: Kind, value: &str, host: &str) -> Result<Option<Pass>, Error> {
        let row = sqlx::query(
            "DELETE FROM embed_pass WHERE hash = ? RETURNING kind, host, person, project, most, sid, bounds, expires",
        )
        .bind(key_of(value).0)
        .fetch_optional(self.store.pool())
        .await?;
        let now = wire(self.clock.now()).0;
        Ok(row
            .filter(|row| row.get::<String, _>("expires") > now)
            .filter(|row| row.get::<String, _>("kind") == kind.word() && row.get::<String, _>("host") == host)
            .map(|row| Pass {
                kind,
                host: host.to_owned(),
                person: PersonId(row.get("person")),
                bounds: Bounds {
                    project: row.get::<Option<String>, _>("project").map(ProjectId),
                    most: Some(role_of(&row.get::<String, _>("most"))),
                    only: Only::read(row.get::<Option<String>, _>("bounds").as_deref()),
                },
                sid: row.get("sid"),
            }))
    }

    /// The person with this folded address: the one whom the identity provider brought here with it, else one whom a host's
    /// backend vouches for. That one has no claims, so they are a user and no more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn person(&self, issuer: &str, email: &str, name: &str) -> Result<PersonId, Error> {
        let known: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM person WHERE issuer = ? AND email_verified = 1 AND lower(email) = ? LIMIT 2",
        )
        .bind(issuer)
        .bind(email)
        .fetch_all(self.store.pool())
        .await?;
        // Two with one address: nobody can tell which is meant.
        if let [one] = known.as_slice() {
            return Ok(PersonId(one.clone()));
        }
        let now = wire(self.clock.now()).0;
        let id: String = sqlx::query_scalar(
            "INSERT INTO person (id, issuer, subject, email, email_verified, name, claims, created, seen)
             VALUES (?, ?, ?, ?, 1, ?, '{}', ?, ?)
             ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, seen = excluded.seen RETURNING id",
        )
        .bind(uuid::Uuid::now_v7().to_string())
        .bind(VOUCHED)
        .bind(email)
        .bind(email)
        .bind(name)
        .bind(&now)
        .bind(&now)
        .fetch_one(self.store.pool())
        .await?;
        Ok(PersonId(id))
    }
}
