//! Typed client for Diffgram's HTTP API: the only place that knows its quirks (`diffgram-api.md`).
//!
//! Above this crate there are only clean types. Raw shapes are private to the file of their endpoint.
#![forbid(unsafe_code)]

mod error;
mod files;
mod issues;
mod project;
mod schemas;
mod tasks;
mod transport;
pub mod types;
pub mod webhook;
mod wire;

use std::net::IpAddr;

use portal_model::id::ProjectId;
use secrecy::SecretString;

pub use error::Error;
pub use schemas::{AttributeFields, AttributeState, Attributes};
pub use tasks::assign::Relation;
pub use transport::{Client, ClientConfig};

/// Calls on one project, with its API key (`diffgram-api.md` §1.1). Cheap to clone.
#[derive(Clone, Debug)]
pub struct ProjectClient {
    client: Client,
    id: ProjectId,
    key: transport::Key,
    /// On whose behalf: all people would share one rate limit otherwise (`diffgram-api.md` §1.7).
    address: Option<IpAddr>,
}

impl ProjectClient {
    pub(crate) fn new(client: Client, id: ProjectId, client_id: String, secret: SecretString) -> Self {
        Self { client, id, key: transport::Key { client_id, secret }, address: None }
    }

    /// Which project.
    #[must_use]
    pub fn id(&self) -> &ProjectId {
        &self.id
    }

    /// The same project, called for a person at this address.
    #[must_use]
    pub fn for_address(&self, address: Option<IpAddr>) -> Self {
        Self { address, ..self.clone() }
    }

    async fn call<T: serde::de::DeserializeOwned>(&self, call: transport::Call) -> Result<T, Error> {
        self.client.json(call, Some(&self.key), self.address).await
    }
}
