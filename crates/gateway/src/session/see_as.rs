//! An admin looks through the eyes of a member: sees what they would see in the projects whose admin they are, never more than
//! that person, and changes nothing. Ends when the admin says so, with the session, or after an hour. The audit knows of each.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use portal_model::{
    api::{acting, acting::SeenBy, audit::Outcome},
    id::{ProjectId, UserId},
    problem::ProblemType,
};
use serde_json::json;
use sqlx::Row;

use super::{
    claims::{fold_email, role},
    person::{Membership, Person, PersonId, SessionKey},
    sessions::Sessions,
};
use crate::{
    app::App,
    audit::{self, Actor, Audit, Intent, Line},
    clock::{Handle, SharedClock, wire},
    index,
    problem::Reply,
    store::Store,
};

/// It ends by itself after this.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// The store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Of the sessions.
    #[error("who sees as whom cannot be read or written")]
    Store(#[from] sqlx::Error),
    /// Of the audit.
    #[error(transparent)]
    Audit(#[from] audit::Error),
}

/// Who looks through whose eyes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SeeingAs {
    store: Store,
    clock: Handle,
    audit: Audit,
    sessions: Sessions,
}

/// Through whose eyes a session looks.
#[derive(Clone, Debug)]
pub struct Eyes {
    project: ProjectId,
    user: UserId,
    until: Timestamp,
}

/// How it ended, as the audit says it.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The admin said so.
    Stopped,
    /// An hour was over.
    TimeIsOver,
    /// The session ended.
    SessionEnded,
    /// They are no admin there any more, or there is no such member any more.
    RightsEnded,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::TimeIsOver => "an hour was over",
            Self::SessionEnded => "the session ended",
            Self::RightsEnded => "no right to it any more",
        }
    }
}

impl SeeingAs {
    /// Over a store.
    #[must_use]
    pub fn new(store: Store, clock: SharedClock, audit: Audit, sessions: Sessions) -> Self {
        Self { store, clock: Handle(clock), audit, sessions }
    }

    /// Begins. Whoever looked through other eyes in this session does not any more.
    ///
    /// # Errors
    /// When the store does not answer; then nothing begins.
    pub async fn begin(&self, admin: &Person, whom: &acting::Member, request_id: Option<String>) -> Result<(), Error> {
        self.end(&admin.session, End::Stopped).await?;
        let until = self.clock.now() + LASTS;
        let intent = Intent {
            project: &whom.project,
            action: "person.see",
            subject: format!("member {}", whom.user),
            detail: json!({"until": wire(until)}),
            request_id,
        };
        let line = self.audit.begin(&Actor::Person(Box::new(admin.clone())), intent).await?;
        sqlx::query("INSERT OR REPLACE INTO see_as (session, project, user, until, line) VALUES (?, ?, ?, ?, ?)")
            .bind(&admin.session.0)
            .bind(&whom.project.0)
            .bind(whom.user.0)
            .bind(wire(until).0)
            .bind(line.0)
            .execute(self.store.pool())
            .await?;
        // Streams that are open are still the admin's own.
        self.sessions.changed(&admin.session);
        Ok(())
    }

    /// Ends, if there is anything to end.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end(&self, session: &SessionKey, how: End) -> Result<(), Error> {
        let line: Option<i64> = sqlx::query_scalar("DELETE FROM see_as WHERE session = ? RETURNING line")
            .bind(&session.0)
            .fetch_optional(self.store.pool())
            .await?;
        if let Some(line) = line {
            self.sessions.changed(session);
            self.audit.end(Line(line), Outcome::Done, &json!({"ended": how.word()})).await?;
        }
        Ok(())
    }

    /// Through whose eyes a session looks, unless the hour is over.
    async fn eyes(&self, session: &SessionKey) -> Result<Option<Eyes>, Error> {
        let row = sqlx::query("SELECT project, user, until FROM see_as WHERE session = ?")
            .bind(&session.0)
            .fetch_optional(self.store.pool())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let until = row.get::<String, _>("until").parse::<Timestamp>().ok().filter(|until| *until > self.clock.now());
        let Some(until) = until else {
            self.end(session, End::TimeIsOver).await?;
            return Ok(None);
        };
        Ok(Some(Eyes { project: ProjectId(row.get("project")), user: UserId(row.get("user")), until }))
    }

    /// Ends what nobody ended: the hour is over, or the session is gone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self) -> Result<(), Error> {
        let gone: Vec<(String, bool)> = sqlx::query_as(
            "SELECT session, session IN (SELECT key FROM session) FROM see_as
             WHERE until <= ? OR session NOT IN (SELECT key FROM session)",
        )
        .bind(wire(self.clock.now()).0)
        .fetch_all(self.store.pool())
        .await?;
        for (session, lives) in gone {
            let how = if lives { End::TimeIsOver } else { End::SessionEnded };
            self.end(&SessionKey(session), how).await?;
        }
        Ok(())
    }

    /// What the identity provider said of whoever has this verified, folded address: the last of those who signed in with it.
    async fn known(&self, email: &str) -> Result<Option<Known>, Error> {
        let rows = sqlx::query(
            "SELECT id, email, claims FROM person WHERE email_verified AND email IS NOT NULL ORDER BY seen DESC",
        )
        .fetch_all(self.store.pool())
        .await?;
        let row = rows.iter().find(|row| fold_email(row.get("email")).as_deref() == Some(email));
        Ok(row.map(|row| Known {
            id: PersonId(row.get("id")),
            claims: serde_json::from_str(&row.get::<String, _>("claims")).unwrap_or_default(),
        }))
    }
}

struct Known {
    id: PersonId,
    claims: BTreeMap<String, Vec<String>>,
}

fn unreadable(error: &(dyn std::error::Error + 'static)) -> Reply {
    tracing::error!(error, "see_as.unreadable");
    Reply::store_unavailable()
}

impl From<Error> for Reply {
    fn from(error: Error) -> Self {
        unreadable(&error)
    }
}

impl From<index::Error> for Reply {
    fn from(error: index::Error) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "index.unreadable");
        Self::store_unavailable()
    }
}

/// The answer to every write meanwhile.
#[must_use]
pub fn read_only() -> Reply {
    Reply::new(
        StatusCode::FORBIDDEN,
        ProblemType::Forbidden,
        "Only looking",
        "You see what somebody else sees, and nothing can be changed. Stop that first.",
    )
}

/// The person through whose eyes this session looks, or themselves.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn through(app: &App, admin: Person) -> Result<Person, Reply> {
    let Some(eyes) = app.seeing_as.eyes(&admin.session).await? else { return Ok(admin) };
    let found = app.policy.through(&admin.memberships, &eyes.project, eyes.user).await?;
    let Some((member, email, places)) = found else {
        app.seeing_as.end(&admin.session, End::RightsEnded).await?;
        return Ok(admin);
    };
    let known = if email.is_empty() { None } else { app.seeing_as.known(&email).await? };
    let is_known = known.is_some();
    // Whoever never signed in owns nothing here: no views, no lists.
    let Known { id, claims } = known.unwrap_or_else(|| Known {
        id: PersonId(format!("member {} {}", member.project, member.user)),
        claims: BTreeMap::new(),
    });
    let memberships = places.into_iter().filter_map(|(project, user)| {
        let rules = &app.config.projects.get(&project)?.roles;
        Some(Membership { role: role(rules, &claims), project, user })
    });
    Ok(Person {
        memberships: memberships.collect(),
        id,
        session: admin.session,
        name: member.name,
        email: (!email.is_empty()).then_some(email),
        claims,
        only: admin.only,
        seen_by: Some(SeenBy { name: admin.name, until: wire(eyes.until), known: is_known }),
    })
}
