//! The configuration: one TOML file, with environment variables over it. Every key is in `docs/configure.md`.

mod brand;
mod grants;
mod hosts;
mod look;
mod raw;
mod schemas;
mod views;

use std::{
    collections::BTreeMap,
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use portal_model::{id::ProjectId, permalink::DiffgramOrigin, person::Role};
use secrecy::SecretString;
use url::Url;

pub use brand::{FAVICON, HostBrand, LOGO, Picture};
pub use grants::{Grant, GrantTo, PLACEHOLDER};
pub use hosts::Host;
pub use schemas::SchemaNames;
pub use views::{MAX_NAME as MAX_VIEW_NAME, SharedTaskView, SharedView};

/// Why the gateway will not start with this configuration: a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {what}")]
pub struct ConfigError {
    /// File and line, or the name of an environment variable.
    pub place: String,
    /// What is wrong and what to write instead.
    pub what: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Everything the gateway needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The portal's origin in people's browsers: `https`, or `http` on loopback. No path.
    pub public_url: Url,
    /// Where the store, the thumbnails and the gateway's own key live.
    pub data_dir: PathBuf,
    /// What the portal calls itself.
    pub brand: String,
    /// Whom people can ask: an e-mail address or an https link.
    pub contact: Option<String>,
    /// How log lines are written.
    pub log: LogFormat,
    /// The identity provider.
    pub oidc: Oidc,
    /// How long sessions live.
    pub session: SessionLimits,
    /// Diffgram.
    pub diffgram: Diffgram,
    /// How often Diffgram is read.
    pub sync: Periods,
    /// The projects served, by id.
    pub projects: BTreeMap<ProjectId, Project>,
    /// The apps that may show the portal in a frame, by id.
    pub hosts: BTreeMap<String, Arc<Host>>,
    /// Who may see the files of which datasets.
    pub grants: Vec<Grant>,
    /// Queries with a name, for everybody or for some.
    pub views: Vec<SharedView>,
    /// Filters of tasks with a name, for everybody or for some.
    pub task_views: Vec<SharedTaskView>,
    /// Which schema is which customer's.
    pub schemas: SchemaNames,
}

/// The identity provider (OpenID Connect).
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Exactly as the provider's discovery document spells it (Discovery §4.3).
    pub issuer: String,
    /// The portal's client id there.
    pub client_id: String,
    /// The client secret, for a confidential client.
    pub client_secret: Option<SecretString>,
    /// What is asked for; the first is `openid`.
    pub scopes: Vec<String>,
    /// How people are matched with Diffgram's members.
    pub provision_users: ProvisionUsers,
}

/// How people are matched with Diffgram's members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionUsers {
    /// Not at all: everybody is unknown to Diffgram.
    Off,
    /// By verified e-mail address.
    Match,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without any request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

/// Where Diffgram is.
#[derive(Clone, Debug)]
pub struct Diffgram {
    /// Where the gateway reaches it.
    pub url: Url,
    /// Where people's browsers reach it.
    pub public_origin: DiffgramOrigin,
    /// Whether a provider signs people in there (SSO); `None`: Diffgram is asked.
    pub single_sign_on: Option<bool>,
    /// `host` or `host:port` of every server that signed URLs may point to. All others are refused.
    pub media_hosts: Vec<String>,
}

/// How often Diffgram is read (`sync-evidence.md` §7).
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// Cheap sweep over what changed today: bounds how late a lost webhook is noticed.
    pub sweep: Duration,
    /// One page of full rows: finds what no cheap reading shows, such as an unassignment.
    pub rolling: Duration,
    /// Members, jobs, model runs.
    pub small_things: Duration,
    /// Datasets and the files in them; `None`: not at all, and nothing that is drawn is read ahead.
    pub files: Option<Duration>,
    /// Rows of a rolling page and of the first crawl.
    pub page: u32,
    /// How long the second try of a call that changes a schema waits.
    pub retry: Duration,
}

/// One Diffgram project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its text id.
    pub id: ProjectId,
    /// Id of the project's API key.
    pub client_id: String,
    /// Secret of the project's API key.
    pub client_secret: SecretString,
    /// The token Diffgram's webhooks carry; without it webhooks are refused.
    pub webhook_token: Option<SecretString>,
    /// Who is more than a user, by claims.
    pub roles: Vec<RoleRule>,
}

/// Gives a role to whoever has one of the values in a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRule {
    /// The role.
    pub role: Role,
    /// Name of the claim, for example `groups`.
    pub claim: String,
    /// Any of these values.
    pub any: Vec<String>,
}

impl Config {
    /// Reads a file and the environment over it.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn load(path: &Path, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
            place: shown.clone(),
            what: format!("cannot be read ({error}); give the path of your configuration with --config"),
        })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        raw::read(&text, &shown, environment)?.check(&shown, &folder)
    }

    /// Whether the portal is served on a loopback address without TLS: cookies then have no `__Host-` and no `Secure`.
    #[must_use]
    pub fn is_plain_loopback(&self) -> bool {
        self.public_url.scheme() == "http"
    }

    /// The portal's origin as browsers send it: scheme, host and port, no slash.
    #[must_use]
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// Where the identity provider sends people back to.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("{}{}", self.origin(), portal_model::api::path::SIGNIN_CALLBACK)
    }

    /// Names of all claims that roles and grants are made of: only these are kept.
    #[must_use]
    pub fn role_claims(&self) -> std::collections::BTreeSet<&str> {
        let roles = self.projects.values().flat_map(|project| &project.roles).map(|rule| rule.claim.as_str());
        let to = self
            .grants
            .iter()
            .map(|grant| &grant.to)
            .chain(self.task_views.iter().filter_map(|view| view.to.as_ref()))
            .chain(self.views.iter().filter_map(|view| view.to.as_ref()));
        let grants = to.filter_map(|to| match to {
            GrantTo::Claim { claim, .. } => Some(claim.as_str()),
            GrantTo::Email(_) => None,
        });
        roles.chain(grants).collect()
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Text => "text",
        })
    }
}

#[cfg(test)]
mod tests;
