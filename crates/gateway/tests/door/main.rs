//! The gateway from outside: over HTTP, before a stand-in Diffgram and an identity provider, as a browser meets it.
//! Tests carry the ids of the cases they play (`docs/security.md`).

mod first;
mod support;
