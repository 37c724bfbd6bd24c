//! The portal's language: what the gateway, the page and the tools say to each other. No I/O.
//!
//! Words are the portal's own (`design.md` §5); where Diffgram says it differently, its word stands in the doc comment.
#![forbid(unsafe_code)]

pub mod annotation;
pub mod api;
pub mod attribute;
pub mod colour;
pub mod embed;
pub mod file;
pub mod id;
pub mod links;
pub mod metrics;
pub mod permalink;
pub mod person;
pub mod problem;
pub mod query;
pub mod results;
pub mod schema;
pub mod task;
pub mod time;
