//! The gateway of Diffgram Portal: everything that must be trusted.
//!
//! Where is …? Who may see what: [`policy`]. What is known about Diffgram: [`index`], filled by [`sync`]. Who is signed in:
//! [`session`]. What the page calls: [`api`]. How it is put together: [`app`].
#![forbid(unsafe_code)]

pub mod app;
pub mod clock;
pub mod index;
pub mod policy;
pub mod problem;
pub mod session;
pub mod store;
pub mod config;
