//! Signing in inside a host app: tokens that the host's backend mints, and tickets of the sign-in window (`design.md` §6).

use serde::{Deserialize, Serialize};

use crate::person::Role;

/// `POST` [`EmbedTokenRequest`] with a key of scope `embed` → [`EmbedToken`].
pub const TOKENS: &str = "/api/embed-tokens";
/// `POST` [`EmbedTicketRequest`] by somebody signed in at top level → [`EmbedTicket`].
pub const TICKETS: &str = "/api/embed-tickets";
/// `GET` → [`EmbedHost`]; only below `/embed/{host}`.
pub const HOST: &str = "/api/host";
/// Everything of a frame lives below this and its host's id: pages and API.
pub const BELOW: &str = "/embed/";

/// Pages that are shown in frames, by the first part of their path. Those for admins are not among them (EMB-02).
pub const FRAMED: [&str; 4] = ["inbox", "tasks", "files", "signed-out"];

/// The host app around a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedHost {
    /// Its id in the portal's configuration.
    pub id: String,
    /// Its origin, exactly as browsers spell it: messages go there and are taken from there only.
    pub origin: String,
    /// What people call it.
    pub name: String,
}

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

/// For which host the sign-in window asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EmbedTicketRequest {
    /// The host's id in the portal's configuration.
    pub host: String,
}

/// A ticket: opaque, good once, for a minute, in one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbedTicket {
    /// To be handed to the frame that opened the window, by message.
    pub ticket: String,
    /// For how many seconds it can be redeemed.
    pub expires_in: u32,
}

/// What a frame redeems for its session: `POST /embed/{host}/api/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Redeem {
    /// A token of the host's backend.
    Token(String),
    /// A ticket of the sign-in window.
    Ticket(String),
}
