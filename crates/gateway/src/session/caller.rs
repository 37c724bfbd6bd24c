//! Who makes a request: a signed-in person by cookie, or a host app by its key.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    app::App,
    audit::Actor,
    keys::{self, Key},
    problem::Reply,
    session::person::Person,
};

/// A person or a key. A request with a key is the key's, whatever cookies come with it.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A signed-in person.
    Person(Box<Person>),
    /// A host app or a script.
    Key(Box<Key>),
}

impl Caller {
    /// The same, for the audit.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Person(person) => Actor::Person(person.clone()),
            Self::Key(key) => Actor::Key(key.clone()),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Reply> {
        if keys::sent(&parts.headers).is_some() {
            return Ok(Self::Key(Box::new(Key::from_request_parts(parts, app).await?)));
        }
        Ok(Self::Person(Box::new(Person::from_request_parts(parts, app).await?)))
    }
}
