//! Signing in inside a host app: tokens that the host's backend mints, and tickets of the sign-in window (`design.md` §6).

use serde::{Deserialize, Serialize};

use crate::person::Role;

/// `POST` [`EmbedTokenRequest`] with a key of scope `embed` → [`EmbedToken`].
pub const TOKENS: &str = "/api/embed-tokens";

/// For which person, in which host, for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmbedTokenRequest {
    /// The host's id in the portal's configuration.
    pub host: String,
    /// The person's e-mail address, as Diffgram knows it.
    pub email: String,
    /// The most they may do in there; the key's own limit and the person's role are limits too.
    #[serde(default)]
    pub role: Role,
}

/// A token: opaque, good once, for a minute, in one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedToken {
    /// To be handed to the frame by message, never in an address.
    pub token: String,
    /// For how many seconds it can be redeemed.
    pub expires_in: u32,
}

/// What a frame redeems for its session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Redeem {
    /// A token of the host's backend.
    Token(String),
    /// A ticket of the sign-in window.
    Ticket(String),
}
