//! Views for everybody: queries that whoever set the portal up gave a name.

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Names are at most so long, in characters.
pub const MAX_NAME: usize = 80;

/// A query with a name, for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedView {
    /// Stays the same as long as the name does.
    pub id: String,
    /// What people read.
    pub name: String,
    /// The query, as text; it can be read.
    pub query: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawView {
    name: Option<String>,
    query: Option<String>,
}

pub(super) fn check(raw: Vec<RawView>) -> Result<Vec<SharedView>, String> {
    let mut views: Vec<SharedView> = Vec::new();
    for view in raw {
        let name = view.name.unwrap_or_default();
        if name.trim().is_empty() || name.chars().count() > MAX_NAME {
            return Err(format!("[[view]]: name is {name:?}; write 1 to {MAX_NAME} characters"));
        }
        if views.iter().any(|known| known.name == name) {
            return Err(format!("[[view]] {name:?} stands twice"));
        }
        let query = view.query.unwrap_or_default();
        portal_model::query::parse(&query).map_err(|error| format!("[[view]] {name:?}: query: {error}"))?;
        let id = Sha256::digest(name.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        views.push(SharedView { id: format!("shared-{id}"), name, query });
    }
    Ok(views)
}
