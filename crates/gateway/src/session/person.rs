//! The signed-in person, as every handler sees them.

use std::collections::BTreeMap;

use portal_model::{
    api::acting::SeenBy,
    id::{ProjectId, UserId},
    person::Role,
};

use crate::policy::Only;

/// Somebody with a live session. Handlers take it as an extractor; without a session they answer 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The portal's own id of this person: survives changes of name and e-mail address.
    pub id: PersonId,
    /// Which session this is: sign-out ends it, and its streams with it.
    pub session: SessionKey,
    /// Display name. Untrusted text.
    pub name: String,
    /// E-mail address, whether or not it is verified.
    pub email: Option<String>,
    /// The projects whose member they are, with what they may do there. Empty when Diffgram does not know them.
    pub memberships: Vec<Membership>,
    /// What the identity provider said in the claims that roles and grants are made of.
    pub claims: BTreeMap<String, Vec<String>>,
    /// In a frame: the views and things that the session is bound to.
    pub only: Only,
    /// An admin looks through their eyes: nothing is changed then.
    pub seen_by: Option<SeenBy>,
}

/// The portal's own id of a person (UUID v7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonId(pub String);

/// Names a session without being able to use it: the hash of its cookie, in hex.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey(pub String);

/// A person's place in a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The project.
    pub project: ProjectId,
    /// How its tasks name them.
    pub user: UserId,
    /// What they may do there.
    pub role: Role,
}
