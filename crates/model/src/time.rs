//! Moments, as they travel: RFC 3339 in UTC with microseconds, so that text order is time order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment such as `2026-11-23T23:08:50.866233Z`.
///
/// Made by the gateway, which always writes 26 digits and a `Z`; the page reads it with the browser's `Date`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub String);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
