//! The gateway of Diffgram Portal: everything that must be trusted.
//!
//! Where is …? Who may see what: [`policy`]. What is known about Diffgram: [`index`], filled by [`sync`]. Who is signed in:
//! [`session`]. What the page calls: [`api`]. Where links lead: [`go`]. How it is put together: [`app`].
#![forbid(unsafe_code)]

pub mod api;
pub mod app;
pub mod audit;
pub mod batches;
pub mod body;
pub mod check;
pub mod claims;
pub mod clock;
pub mod config;
pub mod embed;
pub mod events;
pub mod go;
pub mod html;
pub mod idempotency;
pub mod index;
pub mod keys;
pub mod media;
pub mod openapi;
pub mod page;
pub mod policy;
pub mod problem;
pub mod schema;
pub mod session;
pub mod shell;
pub mod store;
pub mod sync;
pub mod task_views;
pub mod telemetry;
pub mod views;
pub mod webhooks;
mod words;

/// 32 random bytes as text: cookies, states, nonces, names of snapshots.
#[must_use]
pub fn random_token() -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
