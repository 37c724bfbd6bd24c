//! Typed client for Diffgram's HTTP API: the only place that knows its quirks (`diffgram-api.md`).
//!
//! Above this crate there are only clean types. Raw shapes are private to the file of their endpoint.
#![forbid(unsafe_code)]

pub mod types;
