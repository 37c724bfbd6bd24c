//! Signing in inside a host app: tokens that the host's backend mints, and tickets of the sign-in window (`design.md` §6).

use serde::{Deserialize, Serialize};

use crate::{
    api::Timestamp,
    embed::{ErrorCode, Look, View},
    id::{FileId, SchemaId, TaskId},
    person::Role,
};

/// `POST` [`EmbedTokenRequest`] with a key of scope `embed` → [`EmbedToken`].
pub const TOKENS: &str = "/api/embed-tokens";
/// `POST` [`EmbedTicketRequest`] by somebody signed in at top level → [`EmbedTicket`].
pub const TICKETS: &str = "/api/embed-tickets";
/// `GET` → [`EmbedHost`]; only below `/embed/{host}`.
pub const HOST: &str = "/api/host";
/// Everything of a frame lives below this and its host's id: pages and API.
pub const BELOW: &str = "/embed/";

/// `POST` [`FrameReport`]; only below `/embed/{host}`.
pub const REPORTS: &str = "/api/frame-reports";
/// `GET` → [`HostRow`]s, for admins.
pub const HOSTS: &str = "/api/hosts";
/// The module of the custom element `<diffgram-portal>`.
pub const ELEMENT: &str = "/embed/element.js";

/// Pages that are shown in frames, by the first part of their path. Which of them a host shows is in its configuration; `schemas`
/// only where it says so (EMB-02).
pub const FRAMED: [&str; 7] = ["inbox", "tasks", "files", "signed-out", "next", "explorer", "schemas"];

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
    /// What it may show.
    #[serde(default)]
    pub views: Vec<View>,
    /// How its frames look where the page around says nothing.
    #[serde(default)]
    pub look: Look,
    /// White label: what the portal calls itself there, and so on.
    #[serde(default)]
    pub brand: Brand,
}

/// White label of one host's frames: what is left out is as it is in the portal itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Brand {
    /// What the portal calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address of a picture, below `/embed/{host}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// Whom to ask: an e-mail address or an https link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<String>,
    /// What "My tasks" is called. Untrusted text, as all of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A sentence above the list of tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome: Option<String>,
    /// What is said to people who are not signed in yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signin: Option<String>,
}

/// What a frame finds around itself when it starts. Nothing about the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct FrameReport {
    /// Version of the element around the frame; `None` for a plain `iframe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// Whether pages and frames of the portal's origin may keep things here.
    pub storage: bool,
    /// Whether the frame may open windows: no `sandbox`, or one with `allow-popups`. `None`: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub popups: Option<bool>,
    /// Whether it may write to the clipboard (`allow="clipboard-write"`).
    pub clipboard: bool,
    /// What went wrong, if something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCode>,
}

/// A host app, for admins: how it is configured, and how its frames fare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostRow {
    /// As frames get it.
    pub host: EmbedHost,
    /// Whether its origin and the portal's are one site for browsers, so that cookies are kept.
    pub same_site: bool,
    /// When a frame of it last started; `None`: never since the gateway did.
    pub seen: Option<Timestamp>,
    /// What that frame found around itself.
    pub report: Option<FrameReport>,
    /// Sessions in its frames now.
    pub sessions: u32,
    /// How many frames said so since the gateway started, and when the last did.
    pub errors: Vec<HostError>,
}

/// How often something went wrong in a host's frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostError {
    /// What.
    pub code: ErrorCode,
    /// How often.
    pub count: u32,
    /// When last.
    pub at: Timestamp,
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
    /// Only these views; empty: all that the host shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<View>,
    /// Only these tasks, and their files, and [`Self::files`]; both empty: all that the person sees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskId>,
    /// Only these files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
    /// Only these schemas; empty: all that the person may edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemas: Vec<SchemaId>,
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
